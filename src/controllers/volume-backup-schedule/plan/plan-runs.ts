import type {RunCause} from '../../../api/v1alpha1/group.ts';
import type {CatchUp, ConcurrencyPolicy} from '../../../api/v1alpha1/volume-backup-schedule.ts';
import type {SkipReason} from '../../../api/v1alpha1/volume-backup-schedule-status.ts';
import type {Due, Skips} from './due-times.ts';

/** A run that something other than the time asks for; `name` follows from what asks. */
export type Wish = {name: string; cause: RunCause};

export type RunQuestion = {
	/** Settled by earlier passes, waiting for the end of another run; oldest first. */
	pending: readonly Due[];
	/** Settled by this pass. */
	accepted: readonly Due[];
	/** Made whatever the spec says of times: somebody asks for it now. */
	manual?: Wish | undefined;
	/** Made when nothing else runs; a backup under way is what it would be for. */
	failure?: Wish | undefined;
	/** Names of runs that have not ended. */
	active: readonly string[];
	/** Whether a run of this name exists. */
	exists: (name: string) => boolean;
	nameOf: (due: Due) => string;
	policy: {concurrency: ConcurrencyPolicy; catchUp: CatchUp; deadlineMs: number | undefined; suspended: boolean; offsetMs: number};
	heldUntil?: Date | undefined;
	now: Date;
};

export type RunAnswer = {
	start?: Wish & {dueTime?: Date};
	/** Runs to delete first. */
	replace: readonly string[];
	pending: Due[];
	skipped: Skips;
	/** How many of the pending ones are found made, which no status tells yet. */
	found: number;
};

/**
Which run is made now; at most one, because from then on it is the one that others wait for. Manual wishes and those of failing workloads
are asked for anew by every pass until they are made, so that nothing about them need be kept.
*/
export function planRuns(question: RunQuestion): RunAnswer {
	const {policy, active, exists, nameOf, heldUntil, manual, failure} = question;
	const skipped: Skips = {};
	const skip = (reason: SkipReason, dues: readonly Due[]): void => {
		if (dues.length > 0) skipped[reason] = (skipped[reason] ?? 0) + dues.length;
	};

	const dues = [...question.pending, ...question.accepted];
	let waiting = dues.filter(due => !exists(nameOf(due)));
	const found = dues.length - waiting.length;
	const refuse = (reason: SkipReason, isRefused: (due: Due) => boolean): void => {
		skip(reason, waiting.filter(isRefused));
		waiting = waiting.filter(due => !isRefused(due));
	};

	if (policy.suspended) refuse('suspended', () => true);
	refuse('late', due => isTooLate(due, question));
	const most = policy.concurrency === 'Queue' && policy.catchUp.policy === 'All' ? policy.catchUp.limit : 1;
	const overflow = new Set(waiting.slice(0, -most));
	refuse('superseded', due => overflow.has(due));
	if (active.length > 0 && policy.concurrency === 'Forbid') refuse('concurrency', () => true);

	const [due, ...later] = waiting;
	const mayStart = !heldUntil && (active.length === 0 || policy.concurrency === 'Replace');
	if (due && mayStart) return {start: {name: nameOf(due), cause: due.cause, dueTime: due.time}, replace: active, pending: later, skipped, found};

	const wish = active.length === 0 ? (manual ?? failure) : undefined;
	return {...(wish && {start: wish}), replace: [], pending: waiting, skipped, found};
}

const isTooLate = ({time}: Due, {policy, now}: RunQuestion): boolean => policy.deadlineMs !== undefined && now.getTime() - time.getTime() - policy.offsetMs > policy.deadlineMs;
