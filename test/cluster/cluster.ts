import {clusterAccess} from './access.ts';
import {helmBinary} from './binaries/binaries.ts';
import {run} from './command.ts';
import {allComponents} from './components/components.ts';
import {findNode} from './node/namespaces.ts';
import {powerOff} from './node/power-off.ts';
import {crashComponent, ensureComponent, isRunning} from './node/processes.ts';
import type {ClusterAccess} from './access.ts';
import type {CommandOptions} from './command.ts';
import type {Component, ComponentContext} from './components/component.ts';
import type {Components} from './components/components.ts';
import type {Node} from './node/namespaces.ts';

/** A cluster and what a test can do to it. */
export type Cluster = ClusterAccess & {
	binaries: {kubectl: string};
	/** Builds Helm on first use. */
	helm(): Promise<string>;
	/** Runs a command in the node's namespaces and returns its output. */
	exec(argv: readonly string[], options?: CommandOptions): Promise<string>;
	kubectl(...argv: string[]): Promise<string>;
	/** Server-side apply of objects, as the admin. */
	apply(...objects: object[]): Promise<void>;
	components(): Promise<{name: string; running: boolean}[]>;
	/** Ends a component as a crash would. Sidecars come back by themselves, the rest with `restart` or the next `startCluster`. */
	kill(component: string): Promise<void>;
	/** Kills a component and starts it again. */
	restart(component: string): Promise<void>;
	/** Ends every process of the node at once. The state stays; `startCluster` boots it again. */
	powerCut(): Promise<void>;
};

export function clusterHandle({layout, record, binaries, components}: ComponentContext & {components: Components}): Cluster {
	const access = clusterAccess(layout, record);
	const all = allComponents(components);
	const kubectl = [binaries.command('kubectl'), `--kubeconfig=${access.kubeconfig}`, `--cache-dir=${access.kubectlCache}`];
	const node = async (): Promise<Node> => {
		const found = await findNode(layout);
		if (!found) throw new Error(`cluster ${layout.name} is down; startCluster boots it`);
		return found;
	};
	const component = (name: string): Component => {
		const found = all.find(candidate => candidate.name === name);
		if (!found) throw new Error(`${name} is no component; there are ${all.map(({name}) => name).join(', ')}`);
		return found;
	};

	return {
		...access,
		binaries: {kubectl: binaries.command('kubectl')},
		helm: async () => helmBinary(() => undefined),
		exec: async (argv, options) => run((await node()).enter(argv), options),
		kubectl: async (...argv) => run([...kubectl, ...argv]),
		async apply(...objects) {
			const list = {apiVersion: 'v1', kind: 'List', items: objects};
			await run([...kubectl, 'apply', '--server-side', '--force-conflicts', '--filename=-'], {input: JSON.stringify(list)});
		},
		async components() {
			const found = await findNode(layout);
			return Promise.all(all.map(async entry => ({name: entry.name, running: found !== undefined && (await isRunning(found, entry.name))})));
		},
		kill: async name => crashComponent(await node(), component(name)),
		async restart(name) {
			const found = await node();
			await crashComponent(found, component(name));
			await ensureComponent(layout, found, component(name));
		},
		powerCut: async () => powerOff(layout),
	};
}
