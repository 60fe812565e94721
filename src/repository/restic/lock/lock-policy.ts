import type {Lock} from './lock-file.ts';

/** restic's own times: a holder refreshes long before others call its lock stale. */
export const lockTimes = {
	refreshEveryMs: 5 * 60_000,
	/** Others may remove a lock that is older. */
	staleAfterMs: 30 * 60_000,
	/** A holder that could not refresh for so long stops, while its lock still stands. */
	giveUpAfterMs: 22.5 * 60_000,
	/** Between writing a lock and looking again, so that two holders who wrote at the same moment see each other. */
	settleMs: 200,
	/** A lock that the store was seen to have is not asked for again; what it protects takes longer than that by itself. */
	believedForMs: 2000,
} as const;

/** Whether both may hold the repository at once. */
export const conflicts = (mine: {exclusive: boolean}, other: {exclusive: boolean}): boolean => mine.exclusive || other.exclusive;

/** `dead`: its holder is proven gone, the lock may be removed. */
export type LockVerdict = 'live' | 'dead';

export type JudgeLock = (lock: Lock) => LockVerdict;

export type PodFacts = {
	/** `.<namespace>.<cluster>`: hostnames that end so belong to pods that `livePods` and `deadPods` speak of. */
	scope: string;
	/** When the pods were listed. */
	observedAt: Date;
	/** Pod names. */
	livePods: readonly string[];
	deadPods: readonly string[];
};

/** Clocks of nodes differ; a lock written shortly before the list may belong to a pod that came after it. */
const clockMarginMs = 2 * 60_000;

/**
Judges locks by what the cluster says of the pods that hold them: a pod that is gone cannot come back under its name and go on writing. Locks of
others are never judged, and neither is one that may be younger than the facts.
*/
export function judgeByPods({scope, observedAt, livePods, deadPods}: PodFacts): JudgeLock {
	const live = new Set(livePods);
	const dead = new Set(deadPods);
	return ({hostname, time}) => {
		if (!/^\..+/.test(scope) || !hostname.endsWith(scope)) return 'live';
		const pod = hostname.slice(0, -scope.length);
		if (pod === '' || live.has(pod)) return 'live';
		if (dead.has(pod)) return 'dead';
		return time.getTime() < observedAt.getTime() - clockMarginMs ? 'dead' : 'live';
	};
}

/** For callers that know nothing of the holders: every lock counts. */
export const judgeAllLive: JudgeLock = () => 'live';
