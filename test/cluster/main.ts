// npm run cluster -- COMMAND; see `usage`.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {clusterAccess, environmentOf} from './access.ts';
import {buildGroup} from './binaries/build.ts';
import {stopCluster} from './down.ts';
import {layoutOf} from './layout.ts';
import {findNode} from './node/namespaces.ts';
import {readRecord} from './record.ts';
import {clusterStatus} from './status.ts';
import {startCluster} from './up.ts';
import type {Layout} from './layout.ts';
import type {ClusterRecord} from './record.ts';

const usage = `usage: npm run cluster -- [--name NAME] COMMAND

  up               build what is missing, start what does not run, wait until it is ready
  down [--wipe]    stop everything; --wipe removes the state too
  status           all clusters of this machine; with --name, the components of one
  env              shell commands that point kubectl, S3 clients and tests at the cluster
  kubectl ARG ...  kubectl as the cluster's admin
  exec ARG ...     a command in the node's namespaces

NAME is "dev" unless given.`;

const log = (line: string): void => console.error(line);

const {name, command, rest} = parse(process.argv.slice(2));
const cluster = name ?? 'dev';

const commands: Record<string, () => Promise<number | void>> = {
	async up() {
		const begun = performance.now();
		const {nodeIp, kubeconfig} = await startCluster({name: cluster, log});
		log(`cluster ${cluster} is up after ${((performance.now() - begun) / 1000).toFixed(1)} s: node ${nodeIp}, KUBECONFIG ${kubeconfig}`);
	},
	down: async () => stopCluster({name: cluster, wipe: rest.includes('--wipe')}),
	async status() {
		for (const line of await clusterStatus(name)) console.log(line);
	},
	async env() {
		const {layout, record} = await known();
		for (const [variable, value] of Object.entries(environmentOf(clusterAccess(layout, record)))) console.log(`export ${variable}='${value}'`);
	},
	async kubectl() {
		const {layout, record} = await known();
		const kubectl = join(await buildGroup('kubernetes', () => undefined), 'kubectl');
		const {kubeconfig, kubectlCache} = clusterAccess(layout, record);
		return inherit([kubectl, `--kubeconfig=${kubeconfig}`, `--cache-dir=${kubectlCache}`, ...rest]);
	},
	async exec() {
		const node = await findNode((await known()).layout);
		if (!node) throw new Error(`cluster ${cluster} is down`);
		return inherit(node.enter(rest));
	},
};

const chosen = commands[command];
if (chosen) {
	process.exitCode = (await chosen()) ?? 0;
} else {
	console.error(usage);
	process.exitCode = 2;
}

async function known(): Promise<{layout: Layout; record: ClusterRecord}> {
	const record = await readRecord(cluster);
	if (!record) throw new Error(`there is no cluster ${cluster}; make it with: npm run cluster -- --name ${cluster} up`);
	return {layout: layoutOf(cluster, record.slot), record};
}

function inherit([program = '', ...parameters]: string[]): number {
	return spawnSync(program, parameters, {stdio: 'inherit'}).status ?? 1;
}

/** `--name` may stand on either side of the command, except that all which follows `kubectl` and `exec` is theirs. */
function parse(argv: string[]): {name: string | undefined; command: string; rest: string[]} {
	const words = [...argv];
	const takeName = (): string | undefined => {
		const index = words.indexOf('--name');
		return index < 0 ? undefined : words.splice(index, 2)[1];
	};
	const before = words[0] === '--name' ? takeName() : undefined;
	const command = words.shift() ?? '';
	const after = command === 'kubectl' || command === 'exec' ? undefined : takeName();
	return {name: before ?? after, command, rest: words};
}
