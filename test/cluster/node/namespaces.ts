import {spawn} from 'node:child_process';
import {mkdir, readdir, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {run, systemPath} from '../command.ts';
import {waitUntil} from '../wait-until.ts';
import type {Layout} from '../layout.ts';

/**
The node is one process that is PID 1 of new mount, network, PID, IPC and UTS namespaces; everything else is started into them.
Killing it is a power cut: the kernel ends every component and container and frees mounts, links, bridges and nftables rules.
*/
export type Node = {
	/** PID 1 as the host numbers it. */
	pid: number;
	/** A path of the node's own file system, seen from the host. */
	path(inside: string): string;
	/** A command line that runs `argv` in the node. */
	enter(argv: readonly string[]): string[];
};

const marker = 'lazarette-node';

// bash, because PID 1 must reap the orphans of others, which shims and daemons rely on.
const idle = 'trap : TERM INT HUP; while :; do sleep 3600 & wait $!; done';

const nodeOf = (pid: number): Node => ({
	pid,
	path: inside => join(`/proc/${pid}/root`, inside),
	enter: argv => ['nsenter', '-t', String(pid), '-m', '-n', '-p', '-i', '-u', '--', ...argv],
});

/** The node's PID 1, known by its command line: nothing that could be out of date is recorded. */
export async function findNode(layout: Layout): Promise<Node | undefined> {
	const init = (await nodeProcesses(layout)).find(({argv}) => argv[0] === 'bash');
	return init && nodeOf(init.pid);
}

/** PID 1 and the `unshare` that waits for it and holds on to the namespaces as well. */
export async function nodeProcesses({home}: Layout): Promise<{pid: number; argv: string[]}[]> {
	const pids = (await readdir('/proc')).filter(entry => /^\d+$/.test(entry));
	const processes = await Promise.all(pids.map(async pid => ({pid: Number(pid), argv: (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')})));
	return processes.filter(({argv}) => argv.at(-3) === marker && argv.at(-2) === home);
}

/** Whether the node's file systems and network were all set up; a crash in between leaves one that must go. */
export const isComplete = async (node: Node): Promise<boolean> => stat(node.path('/run/lazarette/complete')).then(() => true, () => false);

/** Makes a node; `furnish` adds what else must be there before the node counts as complete. */
export async function createNode(layout: Layout, furnish: (node: Node) => Promise<void>, signal?: AbortSignal): Promise<Node> {
	const unshare = spawn('unshare', ['--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--mount-proc', '--propagation', 'private', 'bash', '-c', idle, marker, layout.home], {
		detached: true,
		stdio: 'ignore',
		cwd: '/',
		env: {PATH: systemPath},
	});
	unshare.unref();
	const node = await waitUntil(
		`PID 1 of cluster ${layout.name}`,
		async () => {
			if (unshare.exitCode !== null) throw new Error(`unshare ended with ${unshare.exitCode}; namespaces need root`);
			return findNode(layout);
		},
		{timeoutMs: 10_000, everyMs: 5, ...(signal ? {signal} : {})},
	);
	await makeFileSystems(layout, node);
	await makeNetwork(layout, node);
	await furnish(node);
	await writeFile(node.path('/run/lazarette/complete'), '');
	return node;
}

/** Private copies of the fixed paths that components write to; the host never sees a file of theirs. */
async function makeFileSystems(layout: Layout, node: Node): Promise<void> {
	for (const folder of ['var/lib/kubelet', 'var/log', 'log', 'tmp', 'pool', 's3/data', 's3/versions', 's3/accounts']) await mkdir(layout.path(folder), {recursive: true});
	const steps = [
		'mount -t tmpfs -o mode=755 lazarette /run',
		'mkdir -p /run/netns /run/lock /run/lazarette/components',
		`mount --bind ${layout.path('var/lib')} /var/lib`,
		`mount --bind ${layout.path('var/log')} /var/log`,
		'mount --make-rshared /',
		`hostname ${layout.nodeName}`,
		'echo 1 > /proc/sys/net/ipv4/ip_forward',
		'ip link set lo up',
	];
	await run(node.enter(['sh', '-e', '-c', steps.join('\n')]));
}

/** One link between host and node. The host reaches Services and pods through it; nothing leads further, so a test also proves that nothing needs the outside. */
async function makeNetwork(layout: Layout, node: Node): Promise<void> {
	const {hostInterface, hostIp, nodeIp} = layout;
	await run(['ip', 'link', 'add', hostInterface, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', String(node.pid)]);
	await run(['ip', 'addr', 'add', `${hostIp}/24`, 'dev', hostInterface]);
	await run(['ip', 'link', 'set', hostInterface, 'up']);
	await run(node.enter(['sh', '-e', '-c', `ip addr add ${nodeIp}/24 dev uplink\nip link set uplink up\nip route add default via ${hostIp}`]));
	for (const network of [layout.serviceCidr, layout.podCidr]) await run(['ip', 'route', 'add', network, 'via', nodeIp]);
}
