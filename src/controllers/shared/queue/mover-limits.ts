import {refOfKey} from '../../../kube/object.ts';
import type {ObjectKey} from '../../../kube/object.ts';
import type {RepositoryNews} from '../repository-news.ts';
import type {ControllerCaches} from '../controller-caches.ts';
import type {Limits, Scope} from './mover-load.ts';
import type {Ticket} from './ticket.ts';

/** The operator's own limits of movers that work at once; an absent one is none. */
export type MoverLimitSettings = {operator?: number; namespace?: number; node?: number};

export type MoverLimits = {
	current(): Limits;
	/** The limit that holds a ticket back, in words. */
	describe(scope: Scope | undefined, ticket: Ticket): string;
};

type Sources = {settings: MoverLimitSettings; caches: Pick<ControllerCaches, 'repositories' | 'nodes'>; news: Pick<RepositoryNews, 'isDoubted'>};

export function createMoverLimits({settings, caches, news}: Sources): MoverLimits {
	const ofRepository = (key: ObjectKey): {movers: number; why: string} | undefined => {
		const repository = caches.repositories.store.get(key);
		if (!repository) return undefined;
		const {name} = repository.metadata;
		const {circuit, lastProbeTime} = repository.status;
		// In doubt, one probe asks; a mover for each run that waits would all fail the same way.
		if (circuit?.state === 'Open' || news.isDoubted(key, new Date(lastProbeTime ?? 0))) return {movers: 0, why: `a mover could not work with repository ${name}, and a probe looks at it first`};

		const wished = repository.spec.limits?.parallelMovers;
		const slowly = circuit?.state === 'HalfOpen' ? (circuit.movers ?? 1) : undefined;
		if (slowly !== undefined && slowly < (wished ?? Infinity)) return {movers: slowly, why: `repository ${name} did not answer and takes up work step by step, for now ${movers(slowly)} at once`};
		return wished === undefined ? undefined : {movers: wished, why: `limit of repository ${name} is ${movers(wished)}`};
	};

	return {
		current() {
			let nodes: string[] | undefined;
			return {
				...settings,
				nodes: () => (nodes ??= [...caches.nodes.store.list()].filter(({spec}) => !spec?.unschedulable).map(({metadata}) => metadata.name)),
				repository: key => ofRepository(key)?.movers,
			};
		},
		describe(scope, {repository, namespace, node}) {
			switch (scope) {
				case 'repository':
					return ofRepository(repository)?.why ?? `repository ${refOfKey(repository).name} takes no more`;
				case 'namespace':
					return `limit of namespace ${namespace} is ${movers(settings.namespace!)}`;
				case 'node':
					return node ? `limit of node ${node} is ${movers(settings.node!)}` : `limit of each node is ${movers(settings.node!)}`;
				case 'operator':
					return `limit of the operator is ${movers(settings.operator!)}`;
				case undefined:
					return 'its turn is next';
			}
		},
	};
}

const movers = (count: number): string => (count === 1 ? '1 mover' : `${count} movers`);
