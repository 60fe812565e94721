import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {layoutOf} from '../cluster/layout.ts';
import {findNode} from '../cluster/node/namespaces.ts';
import {poolVolumes} from '../cluster/node/pool.ts';
import {readRecord} from '../cluster/record.ts';

/** The node of a cluster of ours as this machine sees it: its disks and its processes. No container's word is needed for either. */
export type NodeView = {
	/** Where pods reach this machine. */
	hostIp: string;
	/** Folder of a CSI volume. */
	volumePath(driver: string, handle: string): string;
	/** Processes of a pod, by this machine's numbering, with their command lines. */
	processesOf(podUid: string): Promise<{pid: number; command: string}[]>;
};

export async function nodeView(clusterName: string): Promise<NodeView> {
	const record = await readRecord(clusterName);
	const layout = record && layoutOf(clusterName, record.slot);
	const node = layout && (await findNode(layout));
	if (!node) throw new Error(`cluster ${clusterName} is not up`);
	return {
		hostIp: layout.hostIp,
		volumePath: (driver, handle) => node.path(join(poolVolumes(layout), driver, 'volumes', handle)),
		async processesOf(podUid) {
			const pids = (await readdir('/proc')).filter(entry => /^\d+$/v.test(entry));
			const processes = await Promise.all(pids.map(async pid => ({pid: Number(pid), group: await read(`/proc/${pid}/cgroup`), command: (await read(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim()})));
			return processes.filter(({group}) => group.includes(podUid)).map(({pid, command}) => ({pid, command}));
		},
	};
}

/** A process may end while it is looked at. */
const read = async (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
