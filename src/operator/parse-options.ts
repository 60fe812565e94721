import {randomUUID} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {Command, InvalidArgumentError, Option} from 'commander';
import type {MoverImage} from '../controllers/shared/mover-job-facts.ts';
import type {MoverLimitSettings} from '../controllers/shared/queue/mover-limits.ts';

export type OperatorOptions = {
	/** Without a name: the image of the operator's own pod. */
	image: Partial<MoverImage>;
	/** The operator's own, when it runs in one. */
	pod?: {namespace: string; name: string};
	moverLimits: MoverLimitSettings;
	/** Absent: all of the cluster. */
	namespaces?: string[];
	/** How long pods must have been followed before a schedule may rest; see `createClaimWriters`. */
	podsFollowedMs: number;
	leaderElection?: {namespace: string; name: string};
	/** Tells this process from others, in the lease and in Events. */
	identity: string;
	logLevel: string;
	metrics?: Address;
	probes?: Address;
};

export type Address = {host: string; port: number};

type Flags = {
	moverImage?: string;
	moverImagePullPolicy?: MoverImage['pullPolicy'];
	moverImagePullSecret?: string[];
	maxMovers: number;
	maxMoversPerNamespace: number;
	maxMoversPerNode: number;
	restAfter: number;
	namespace?: string[];
	leaderElect: boolean;
	leaseNamespace?: string;
	leaseName: string;
	logLevel: string;
	metricsAddress: Address | 'off';
	probeAddress: Address | 'off';
};

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Command line and environment of `lazarette operator`; the command line wins. @throws CommanderError after telling what is wrong */
export function parseOptions(argv: readonly string[]): OperatorOptions {
	const command = new Command('lazarette operator')
		.description('Watches BackupRepositories, VolumeBackups, VolumeBackupSchedules and VolumeRestores, and runs movers for them.')
		.addOption(new Option('--mover-image <image>', 'image of the movers; default: that of the operator\'s own pod, which POD_NAME and POD_NAMESPACE name').env('LAZARETTE_MOVER_IMAGE'))
		.addOption(new Option('--mover-image-pull-policy <policy>', 'when nodes pull it').env('LAZARETTE_MOVER_IMAGE_PULL_POLICY').choices(['Always', 'IfNotPresent', 'Never']))
		.addOption(new Option('--mover-image-pull-secret <names>', 'names of pull Secrets in the namespaces of the movers, comma-separated').env('LAZARETTE_MOVER_IMAGE_PULL_SECRETS').argParser(names))
		.addOption(new Option('--max-movers <number>', 'movers of backups and restores that work at once; 0: no limit').env('LAZARETTE_MAX_MOVERS').default(20).argParser(limit))
		.addOption(new Option('--max-movers-per-namespace <number>', 'the same, in one namespace; 0: no limit').env('LAZARETTE_MAX_MOVERS_PER_NAMESPACE').default(0).argParser(limit))
		.addOption(new Option('--max-movers-per-node <number>', 'the same, on one node; 0: no limit').env('LAZARETTE_MAX_MOVERS_PER_NODE').default(0).argParser(limit))
		.addOption(new Option('--rest-after <seconds>', 'how long pods must have been followed without a gap before a run of a continuous schedule can be taken as the last that is needed; a pod that is removed by force while no operator looks may write that long').env('LAZARETTE_REST_AFTER').default(600).argParser(seconds))
		.addOption(new Option('--namespace <names>', 'watch these namespaces only, comma-separated').env('LAZARETTE_NAMESPACES').argParser(names))
		.addOption(new Option('--leader-elect [boolean]', 'let one of several operators work at a time').env('LAZARETTE_LEADER_ELECT').default(false).preset('true').argParser(truth))
		.addOption(new Option('--lease-namespace <name>', 'namespace of the lease; default: the operator\'s own').env('POD_NAMESPACE'))
		.addOption(new Option('--lease-name <name>', 'name of the lease').env('LAZARETTE_LEASE_NAME').default('lazarette-operator'))
		.addOption(new Option('--log-level <level>', 'least level that is logged').env('LAZARETTE_LOG_LEVEL').choices(levels).default('info'))
		.addOption(new Option('--metrics-address <host:port>', 'where /metrics is served, or off').env('LAZARETTE_METRICS_ADDRESS').default({host: '', port: 8080}, ':8080').argParser(address))
		.addOption(new Option('--probe-address <host:port>', 'where /livez and /readyz are served, or off').env('LAZARETTE_PROBE_ADDRESS').default({host: '', port: 8081}, ':8081').argParser(address))
		.allowExcessArguments(false)
		.exitOverride();
	command.parse([...argv], {from: 'user'});

	const flags = command.opts<Flags>();
	const namespace = flags.leaseNamespace ?? ownNamespace();
	return {
		image: {
			...(flags.moverImage && {name: flags.moverImage}),
			...(flags.moverImagePullPolicy && {pullPolicy: flags.moverImagePullPolicy}),
			...(flags.moverImagePullSecret?.length && {pullSecrets: flags.moverImagePullSecret}),
		},
		moverLimits: {
			...(flags.maxMovers > 0 && {operator: flags.maxMovers}),
			...(flags.maxMoversPerNamespace > 0 && {namespace: flags.maxMoversPerNamespace}),
			...(flags.maxMoversPerNode > 0 && {node: flags.maxMoversPerNode}),
		},
		podsFollowedMs: flags.restAfter * 1000,
		...(process.env['POD_NAME'] && {pod: {namespace: process.env['POD_NAMESPACE'] ?? ownNamespace(), name: process.env['POD_NAME']}}),
		...(flags.namespace?.length && {namespaces: flags.namespace}),
		...(flags.leaderElect && {leaderElection: {namespace, name: flags.leaseName}}),
		identity: `${process.env['POD_NAME'] ?? hostname()}-${randomUUID().slice(0, 8)}`,
		logLevel: flags.logLevel,
		...(flags.metricsAddress !== 'off' && {metrics: flags.metricsAddress}),
		...(flags.probeAddress !== 'off' && {probes: flags.probeAddress}),
	};
}

const names = (value: string): string[] => value.split(',').map(name => name.trim()).filter(name => name !== '');

function limit(value: string): number {
	if (!/^\d{1,6}$/v.test(value)) throw new InvalidArgumentError('use a whole number, or 0 for no limit');
	return Number(value);
}

function seconds(value: string): number {
	if (!/^\d{1,6}$/v.test(value)) throw new InvalidArgumentError('use a whole number of seconds');
	return Number(value);
}

function truth(value: string): boolean {
	if (['true', '1', 'yes'].includes(value)) return true;
	if (['false', '0', 'no', ''].includes(value)) return false;
	throw new InvalidArgumentError('use true or false');
}

function address(value: string): Address | 'off' {
	if (value === 'off') return 'off';
	const match = /^(?<host>\[[0-9a-fA-F:]+\]|[^:]*):(?<port>\d{1,5})$/v.exec(value);
	const port = Number(match?.groups?.['port']);
	if (!match || port > 65_535) throw new InvalidArgumentError('use host:port, such as :8080 or 127.0.0.1:8080, or off');
	return {host: match.groups!['host']!.replaceAll(/[\[\]]/gv, ''), port};
}

const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

function ownNamespace(): string {
	try {
		return readFileSync(namespaceFile, 'utf8').trim();
	} catch {
		return 'default';
	}
}
