import {clusterBinaries} from './binaries/binaries.ts';
import {ensureClusterPackages} from './binaries/packages.ts';
import {adminApi} from './api.ts';
import {ensureCertificates} from './certificates.ts';
import {clusterHandle} from './cluster.ts';
import {clusterComponents} from './components/components.ts';
import {ensureTestImages} from './images/test-images.ts';
import {writeKubeconfigs} from './kubeconfigs.ts';
import {checkName, layoutOf} from './layout.ts';
import {withMutex} from './mutex.ts';
import {ensureControlGroups} from './node/control-groups.ts';
import {createNode, findNode, isComplete} from './node/namespaces.ts';
import {ensurePool} from './node/pool.ts';
import {powerOff} from './node/power-off.ts';
import {ensureComponent} from './node/processes.ts';
import {clusterObjects, snapshotClasses, snapshotDefinitions} from './objects.ts';
import {apiServerReady, clusterReady, definitionsReady, runtimeReady} from './ready.ts';
import {claimRecord} from './record.ts';
import type {Log} from './cached-folder.ts';
import type {Cluster} from './cluster.ts';
import type {Component} from './components/component.ts';
import type {Layout} from './layout.ts';
import type {Node} from './node/namespaces.ts';

export type UpOptions = {name?: string; log?: Log; signal?: AbortSignal};

/**
Brings a cluster up: builds what is not built, starts what does not run, defines what is missing, and returns when pods can be
scheduled, volumes made and names resolved. Each step makes one thing true, whatever was there before, so it can be
called at any time: on a new machine, on a running cluster, after a crash of either.
*/
export async function startCluster({name = 'dev', log = () => undefined, signal}: UpOptions = {}): Promise<Cluster> {
	return withMutex(`cluster/${checkName(name)}`, async () => {
		await ensureClusterPackages(log);
		const binaries = await clusterBinaries(log, signal);

		const record = await claimRecord(name);
		const layout = layoutOf(name, record.slot);
		await ensureCertificates(layout);
		await writeKubeconfigs(layout);

		const node = await ensureNode(layout, signal);
		const components = await clusterComponents({layout, record, binaries});
		const start = async (list: Component[]): Promise<unknown> => Promise.all(list.map(async component => ensureComponent(layout, node, component)));
		const api = await adminApi(layout);
		try {
			await start(components.first);
			await Promise.all([apiServerReady(api, signal), runtimeReady(node, signal)]);
			await start(components.second);
			for (const object of [...(await snapshotDefinitions()), ...clusterObjects(layout)]) await api.apply(object);
			await definitionsReady(api, signal);
			await start(components.third);
			for (const object of snapshotClasses()) await api.apply(object);
			await ensureTestImages(layout);
			await clusterReady(layout, node, api, signal);
		} catch (error) {
			throw new Error(`cluster ${name} did not come up: ${(error as Error).message}. What runs is left as it is; logs are in ${layout.path('log')}, and "up" tries again`, {cause: error});
		} finally {
			api.close();
		}

		return clusterHandle({layout, record, binaries, components});
	});
}

async function ensureNode(layout: Layout, signal?: AbortSignal): Promise<Node> {
	const running = await findNode(layout);
	if (running && (await isComplete(running))) return running;
	// What a crash left behind would be in the way: half a node, or what outlives one.
	await powerOff(layout);
	await ensureControlGroups(layout);
	return createNode(layout, async node => ensurePool(layout, node), signal);
}
