import {readdir} from 'node:fs/promises';
import {run} from '../command.ts';
import {waitUntil} from '../wait-until.ts';
import {removeControlGroups} from './control-groups.ts';
import {detachLoopDevices} from './loop-devices.ts';
import {nodeProcesses} from './namespaces.ts';
import type {Layout} from '../layout.ts';

/**
Cuts the node's power and clears away what outlives it on the host: the link, control groups and loop devices. Mounts, routes, bridges and
nftables rules belong to its namespaces and go with the last process in them. The cluster's state stays.
*/
export async function powerOff(layout: Layout): Promise<void> {
	const soon = {timeoutMs: 30_000, everyMs: 10};
	await waitUntil(`end of cluster ${layout.name}`, async () => (await killNode(layout)) === 0, soon);
	await removeLink(layout.hostInterface);
	await removeControlGroups(layout);
	await waitUntil(`release of the loop devices of cluster ${layout.name}`, async () => (await detachLoopDevices(layout)) === 0, soon);
}

/** Again until none is found: an `unshare` caught before it forked may have a child by the time it dies. */
async function killNode(layout: Layout): Promise<number> {
	const processes = await nodeProcesses(layout);
	for (const {pid} of processes) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
		}
	}

	return processes.length;
}

/**
Ours to remove: the kernel keeps a network namespace, and with it the other end of the link, for some minutes after its last process while TCP connections
of the dead still wait for an answer.
*/
async function removeLink(name: string): Promise<void> {
	if (!(await readdir('/sys/class/net')).includes(name)) return;
	try {
		await run(['ip', 'link', 'delete', name]);
	} catch (error) {
		// It may have gone by itself in this moment.
		if ((await readdir('/sys/class/net')).includes(name)) throw error;
	}
}
