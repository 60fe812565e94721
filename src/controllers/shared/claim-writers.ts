import type {Clock} from '../../base/clock.ts';
import type {Cache} from '../../kube/cache/caches.ts';
import {keyOf} from '../../kube/object.ts';
import type {ObjectKey} from '../../kube/object.ts';
import type {PersistentVolumeClaim, Pod} from '../../kube/resources.ts';
import {byClaim} from './indexes.ts';
import {hasEnded} from './lock-holder.ts';

export type ClaimWriters = {
	/** Whether a pod that could write to one of the claims has existed since shortly before then (monotonic); `unknown` when pods have not been followed without a gap, since long enough before. */
	since(claims: readonly ObjectKey[], sinceMs: number): 'none' | 'some' | 'unknown';
};

/** A pod that was removed by force, before its kubelet had said that it ended, may go on where nobody sees it, on a node that does not answer. */
const forcedMs = 24 * 3_600_000;

/** Failed may also be what the control plane says of a pod whose node is gone or does not answer; until then the volume has been taken from that node. */
const unconfirmedMs = 600_000;

/** What a pod has written may reach the volume only after it ended: dirty pages wait half a minute, and the node's letting go of the volume. A capture before that lacks it. */
const settleMs = 60_000;

export type ClaimWritersOptions = {
	pods: Cache<Pod>;
	claims: Cache<PersistentVolumeClaim>;
	clock: Clock;
	/** How long pods must have been followed before anything is said: one that was removed by force before that is supposed to have ended by then. */
	followedMs: number;
};

/** Remembers when each claim last had a pod that could write to it, movers of restores included. Made before the caches run. */
export function createClaimWriters({pods, claims, clock, followedMs}: ClaimWritersOptions): ClaimWriters {
	const lastMs = new Map<ObjectKey, number>();

	pods.subscribe(({object, previous}) => {
		const now = clock.monotonicMs();
		const successor = object?.metadata.uid === previous?.metadata.uid ? object : undefined;
		if (previous && canWrite(previous)) note(writableClaims(previous), now + (previous.spec?.nodeName ? graceMs(successor) : 0));
		if (object && canWrite(object)) note(writableClaims(object), now);
	});
	// One that comes back, as after a restore of the cluster's own data, has lost its past here.
	claims.subscribe(({key, object, previous}) => {
		if (!object) lastMs.delete(key);
		else if (!previous) note([key], clock.monotonicMs());
	});

	function note(keys: readonly ObjectKey[], atMs: number): void {
		for (const claim of keys) lastMs.set(claim, Math.max(lastMs.get(claim) ?? 0, atMs));
	}

	return {
		since(keys, madeMs) {
			const complete = pods.completeSinceMs;
			const sinceMs = madeMs - settleMs;
			// Who is seen only now, after a gap, may have written long before; and a pod removed in it may go on.
			if (complete === undefined || complete > madeMs - Math.max(followedMs, settleMs)) return 'unknown';
			const wrote = (claim: ObjectKey): boolean => (lastMs.get(claim) ?? -Infinity) >= sinceMs || pods.store.byIndex(byClaim, claim).some(pod => canWrite(pod) && writableClaims(pod).includes(claim));
			return keys.some(wrote) ? 'some' : 'none';
		},
	};
}

/** How long a pod that could write may go on after this is what is known of it. */
const graceMs = (pod: Pod | undefined): number => (!pod ? forcedMs : pod.status?.phase === 'Failed' ? unconfirmedMs : 0);

/** Whatever phase it shows, as long as it has not ended. */
export const canWrite = (pod: Pod): boolean => !hasEnded(pod);

/** `namespace/name` of the claims that a pod mounts without promising to read only. What a single container promises does not count: others may mount the same volume. */
export const writableClaims = ({metadata, spec}: Pod): ObjectKey[] =>
	(spec?.volumes ?? []).flatMap(({name, persistentVolumeClaim, ephemeral}) => {
		const claim = persistentVolumeClaim?.readOnly ? undefined : (persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name}-${name}` : undefined));
		return claim ? [keyOf({namespace: metadata.namespace, name: claim})] : [];
	});
