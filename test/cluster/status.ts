import {layoutOf} from './layout.ts';
import {findNode} from './node/namespaces.ts';
import {isRunning, startedComponents} from './node/processes.ts';
import {readRecord, recordedClusters} from './record.ts';

/** One line for each cluster of this machine; its components too when one is named. */
export async function clusterStatus(name: string | undefined): Promise<string[]> {
	const lines: string[] = [];
	for (const cluster of name === undefined ? await recordedClusters() : [name]) {
		const record = await readRecord(cluster);
		const layout = record && layoutOf(cluster, record.slot);
		const node = layout && (await findNode(layout));
		lines.push(`${cluster}: ${layout ? `${node ? 'up' : 'down'}, node ${layout.nodeIp}, state in ${layout.home}` : 'unknown'}`);
		if (name === undefined || !node) continue;
		for (const component of await startedComponents(node)) lines.push(`  ${component}: ${(await isRunning(node, component)) ? 'running' : 'ended'}`);
	}

	return lines.length > 0 ? lines : ['no clusters'];
}
