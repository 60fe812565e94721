import {isRunKind, labels} from '../../src/api/v1alpha1/group.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import {pods} from '../../src/kube/resources.ts';
import type {Pod} from '../../src/kube/resources.ts';
import type {Space} from './_space.ts';

const moves = ({metadata}: KubeObject): boolean => isRunKind(metadata.labels?.[labels.ownerKind] ?? '');

const hasEnded = ({status}: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** How many movers of backups and restores there were at once, at most, as the API server tells it. */
export function mostMoversAtOnce({seen}: Space): number {
	const live = new Set<string>();
	let most = 0;
	for (const {type, object} of seen.versions(pods)) {
		if (!moves(object)) continue;
		if (type === 'DELETED' || hasEnded(object)) live.delete(object.metadata.name);
		else live.add(object.metadata.name);
		most = Math.max(most, live.size);
	}

	return most;
}

/** uids of runs, in the order in which their first movers came. */
export const orderOfStarts = ({seen}: Space): string[] => [...new Set(seen.versions(pods).filter(({object}) => moves(object)).map(({object}) => object.metadata.labels?.[labels.ownerUid] ?? ''))];
