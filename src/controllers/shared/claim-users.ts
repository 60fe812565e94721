import {keyOf} from '../../kube/object.ts';
import type {Pod} from '../../kube/resources.ts';
import {byClaim} from './indexes.ts';
import {hasEnded} from './lock-holder.ts';
import type {ControllerCaches} from './controller-caches.ts';
import {isManaged} from './trims.ts';

export type ClaimUser = {pod: string; node?: string; tolerations: NonNullable<NonNullable<Pod['spec']>['tolerations']>};

/** The pods that use a claim and have not ended. `consumers` are those of the namespace's workloads, without our own movers. */
export const claimUsers = (claim: {namespace: string; name: string}, caches: ControllerCaches, who: 'consumers' | 'all' = 'consumers'): ClaimUser[] =>
	caches.pods.store
		.byIndex(byClaim, keyOf(claim))
		.filter(pod => !hasEnded(pod) && (who === 'all' || !isManaged(pod)))
		.map(({metadata, spec}) => ({pod: metadata.name, ...(spec?.nodeName && {node: spec.nodeName}), tolerations: spec?.tolerations ?? []}))
		.toSorted((left, right) => (left.pod < right.pod ? -1 : 1));
