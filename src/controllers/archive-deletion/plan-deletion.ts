/** A VolumeBackup with deletionPolicy Delete that is being deleted. */
export type Deleted = {name: string; deletedAt: Date; confirmed: boolean; /** Settled in an earlier pass. */ settled?: 'Remove' | 'Retain'};

export type Fate =
	| {kind: 'remove'}
	| {kind: 'retain'; message: string}
	/** Others may follow: only then it shows whether somebody meant just this one. */
	| {kind: 'wait'; untilMs: number};

/** So many at a time are a person's doing; more are a mistake, a loop, or the end of something larger. */
export const mostAtOnce = 10;
const windowMs = 60_000;
/** An object is gone by then, whatever happens. */
export const patienceMs = 10 * 60_000;

/**
What becomes of the archives of deleted VolumeBackups of one namespace. All that were deleted within a minute of each other are judged together, a minute after the last of
them: when any minute of theirs holds more than ten, the archives of all of them stay. Those that are confirmed by their own annotation are neither counted nor kept.
*/
export function planDeletion(subject: Deleted, others: readonly Deleted[], now: Date): Fate {
	if (subject.confirmed) return {kind: 'remove'};
	const counted = [subject, ...others.filter(({confirmed}) => !confirmed)];
	const group = neighbours(subject, counted);
	if (group.some(({settled}) => settled === 'Retain') || mostInOneMinute(group) > mostAtOnce) {
		return {kind: 'retain', message: `more than ${mostAtOnce} VolumeBackups of the namespace were deleted within a minute, which nobody does by hand`};
	}

	const last = group.at(-1)!.deletedAt.getTime();
	const quietAt = Math.min(last + windowMs, subject.deletedAt.getTime() + patienceMs / 2);
	return quietAt > now.getTime() ? {kind: 'wait', untilMs: quietAt - now.getTime()} : {kind: 'remove'};
}

/** Those that hang together: each within a minute of the next. In the order of their deletion. */
function neighbours(subject: Deleted, all: readonly Deleted[]): Deleted[] {
	const inOrder = all.toSorted((left, right) => left.deletedAt.getTime() - right.deletedAt.getTime());
	const at = inOrder.indexOf(subject);
	let [from, to] = [at, at];
	const gap = (index: number): number => inOrder[index + 1]!.deletedAt.getTime() - inOrder[index]!.deletedAt.getTime();
	while (from > 0 && gap(from - 1) <= windowMs) from--;
	while (to < inOrder.length - 1 && gap(to) <= windowMs) to++;
	return inOrder.slice(from, to + 1);
}

function mostInOneMinute(inOrder: readonly Deleted[]): number {
	let most = 0;
	let from = 0;
	for (const [to, {deletedAt}] of inOrder.entries()) {
		while (deletedAt.getTime() - inOrder[from]!.deletedAt.getTime() > windowMs) from++;
		most = Math.max(most, to - from + 1);
	}

	return most;
}
