import type {RunCause} from '../../../api/v1alpha1/group.ts';
import type {CatchUp} from '../../../api/v1alpha1/volume-backup-schedule.ts';
import type {SkipReason} from '../../../api/v1alpha1/volume-backup-schedule-status.ts';
import type {Timing} from '../timing.ts';

/** A run that is due. `time` is its time by the calendar, without jitter. */
export type Due = {time: Date; cause: RunCause};

export type Skips = Partial<Record<SkipReason, number>>;

export type DueQuestion = {
	timing: Pick<Timing, 'offsetMs' | 'isBlackout' | 'blackoutEnd'> & {calendar: NonNullable<Timing['calendar']>};
	/** Every due time up to here is settled. */
	since: Date;
	now: Date;
	suspended: boolean;
	catchUp: CatchUp;
	deadlineMs: number | undefined;
	/** Whether the run of a due time exists: then it was made, whatever else holds. */
	isMade: (time: Date) => boolean;
};

export type DueAnswer = {
	/** To be made, oldest first. */
	accepted: Due[];
	/** Found made, which no status tells yet. */
	made: Due[];
	skipped: Skips;
	since: Date;
	/** A blackout window holds back runs that were due before it. */
	heldUntil?: Date;
	/** Not all due times were looked at; the next pass goes on. */
	more: boolean;
};

/** Beyond it a run is late, which is for catchUp to judge: enough for a change of leader or an upgrade of the operator. */
export const onTimeMs = 300_000;

/** Due times of one pass. After a year of suspension there are half a million, and other schedules wait meanwhile. */
const mostAtOnce = 1000;
/** The newest of them may be among those that catchUp makes. */
const mostCaughtUp = 50;
/** Wider than what keeps clocks in step ever corrects. */
export const clockStepMs = 600_000;

type Judged = Due & {fate: SkipReason | 'open' | 'made'};

/** Settles what becomes of the times that have come since the last pass: each is made, found made, or counted under one reason why not. */
export function settleDueTimes(question: DueQuestion): DueAnswer {
	const since = startOf(question);
	const times = timesUpTo(question, since);
	const more = times.length === mostAtOnce;
	const looked = more ? times.slice(0, -mostCaughtUp) : times;

	const judged: Judged[] = [];
	for (const time of looked) {
		const one = judge(time, question);
		const heldUntil = one.fate === 'open' ? question.timing.blackoutEnd(question.now) : undefined;
		// Later ones wait as well: what is settled is settled in order.
		if (heldUntil) return {...settled(choose(judged, question, true), since), heldUntil, more: false};
		judged.push(one);
	}

	return {...settled(choose(judged, question, more), since), more};
}

/** A clock that was set back far would else bring silence until the time that it had shown before. */
const startOf = ({since, now}: DueQuestion): Date => (since.getTime() > now.getTime() + clockStepMs ? now : since);

function timesUpTo({timing, now}: DueQuestion, since: Date): Date[] {
	const times: Date[] = [];
	const last = now.getTime() - timing.offsetMs;
	for (let time = timing.calendar.next(since); time && time.getTime() <= last && times.length < mostAtOnce; time = timing.calendar.next(time)) times.push(time);
	return times;
}

function judge(time: Date, {timing, now, suspended, deadlineMs, isMade}: DueQuestion): Judged {
	const start = new Date(time.getTime() + timing.offsetMs);
	const lateMs = now.getTime() - start.getTime();
	const cause = lateMs <= onTimeMs ? 'schedule' : 'catch-up';
	if (isMade(time)) return {time, cause, fate: 'made'};
	if (suspended) return {time, cause, fate: 'suspended'};
	if (timing.isBlackout(start)) return {time, cause, fate: 'blackout'};
	return {time, cause, fate: deadlineMs !== undefined && lateMs > deadlineMs ? 'late' : 'open'};
}

/** Which of the times that nothing speaks against are made. With newer ones to come, none of these is among them. */
function choose(judged: readonly Judged[], {catchUp}: DueQuestion, newerToCome: boolean): Judged[] {
	const most = newerToCome ? 0 : catchUp.policy === 'All' ? catchUp.limit : 1;
	const eligible = judged.filter(({fate}) => fate === 'open' || fate === 'made');
	const chosen = new Set(most > 0 ? eligible.slice(-most) : []);
	return judged.map(one => {
		if (one.fate !== 'open') return one;
		const late = one.cause === 'catch-up';
		return chosen.has(one) && !(late && catchUp.policy === 'None') ? one : {...one, fate: 'missed' as const};
	});
}

function settled(judged: readonly Judged[], since: Date): Pick<DueAnswer, 'accepted' | 'made' | 'skipped' | 'since'> {
	const skipped: Skips = {};
	const due = (fate: Judged['fate']): Due[] => judged.filter(one => one.fate === fate).map(({time, cause}) => ({time, cause}));
	for (const {fate} of judged) {
		if (fate !== 'open' && fate !== 'made') skipped[fate] = (skipped[fate] ?? 0) + 1;
	}

	return {accepted: due('open'), made: due('made'), skipped, since: judged.at(-1)?.time ?? since};
}
