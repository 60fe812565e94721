import {toMicroTime} from '../micro-time.ts';
import type {Lease} from '../resources.ts';

/** A lease as this process last saw it, and since when it has looked like that, by this process's own clock. */
export type Observation = {
	lease: Lease | undefined;
	/** Monotonic ms. */
	changedMs: number;
	/** A write of ours may or may not have happened since. */
	doubtful?: boolean;
};

/** Notes what was read. Only a change restarts the time: the times written in a lease come from another machine's clock and prove nothing. */
export function observe(before: Observation | undefined, lease: Lease | undefined, nowMs: number): Observation {
	const same = before?.lease !== undefined && lease !== undefined && before.lease.metadata.resourceVersion === lease.metadata.resourceVersion;
	return {lease, changedMs: same ? before.changedMs : nowMs};
}

/** `free`: nobody holds it, or its holder was not heard of for the time that it promised. */
export function standing({lease, changedMs}: Observation, identity: string, nowMs: number): 'ours' | 'free' | 'taken' {
	const {holderIdentity, leaseDurationSeconds} = lease?.spec ?? {};
	if (!holderIdentity) return 'free';
	if (holderIdentity === identity) return 'ours';
	return nowMs - changedMs > (leaseDurationSeconds ?? 0) * 1000 ? 'free' : 'taken';
}

export function claimSpec(lease: Lease | undefined, claim: {identity: string; now: Date; leaseSeconds: number}): NonNullable<Lease['spec']> {
	const before = lease?.spec;
	const renewal = before?.holderIdentity === claim.identity;
	const time = toMicroTime(claim.now);
	return {
		holderIdentity: claim.identity,
		leaseDurationSeconds: claim.leaseSeconds,
		acquireTime: renewal ? (before.acquireTime ?? time) : time,
		renewTime: time,
		leaseTransitions: (before?.leaseTransitions ?? 0) + (renewal || !lease ? 0 : 1),
	};
}

/** A merge patch that leaves the lease without holder, and with the shortest duration that the API allows. */
export const releaseSpec = (lease: Lease, now: Date): Record<string, unknown> => ({
	holderIdentity: null,
	leaseDurationSeconds: 1,
	acquireTime: null,
	renewTime: toMicroTime(now),
	leaseTransitions: lease.spec?.leaseTransitions ?? 0,
});
