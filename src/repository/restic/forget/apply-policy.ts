import {isPinned} from '../snapshots/pinned.ts';
import {archiveTime, before, calendarPeriods} from './archive-time.ts';
import {countedRules, isEmptyPeriod, isEmptyPolicy, periodRules} from './retention-policy.ts';
import type {Archive} from '../../archive.ts';
import type {ArchiveTime} from './archive-time.ts';
import type {CountedRule, PeriodRule, RetentionPolicy} from './retention-policy.ts';

/** Why an archive stays. `oldest`: it is the group's oldest, kept because the rule has room left, so that the history reaches as far back as it can. */
export type KeepReason = {rule: CountedRule | PeriodRule; oldest?: true} | {rule: 'within' | 'pinned' | 'noPolicy'} | {rule: 'tags'; tags: readonly string[]};

export type KeptArchive = {archive: Archive; reasons: KeepReason[]};

export type Decision = {keep: KeptArchive[]; remove: Archive[]};

const periodOf = {
	hourly: calendarPeriods.hourly,
	daily: calendarPeriods.daily,
	weekly: calendarPeriods.weekly,
	monthly: calendarPeriods.monthly,
	yearly: calendarPeriods.yearly,
	withinHourly: calendarPeriods.hourly,
	withinDaily: calendarPeriods.daily,
	withinWeekly: calendarPeriods.weekly,
	withinMonthly: calendarPeriods.monthly,
	withinYearly: calendarPeriods.yearly,
} as const;

/** Decides on one group, newest first, exactly as restic does, save that pinned archives stay besides. Those of a future day do not move the start of a `within`. */
export function applyPolicy(group: readonly Archive[], policy: RetentionPolicy, now: Date): Decision {
	const timed = group.map(archive => ({archive, time: archiveTime(archive)})).sort(newestFirst);
	if (isEmptyPolicy(policy)) return {keep: timed.map(({archive}) => ({archive, reasons: [{rule: 'noPolicy'}]})), remove: []};

	const rules = [...tagRules(policy), ...periodLimits(policy, timed.map(({time}) => time), now)];
	const decision: Decision = {keep: [], remove: []};
	for (const [number, {archive, time}] of timed.entries()) {
		const turn = {archive, time, number, isOldest: number === timed.length - 1};
		const reasons = rules.flatMap(rule => rule(turn) ?? []);
		if (isPinned(archive)) reasons.push({rule: 'pinned'});
		if (reasons.length > 0) decision.keep.push({archive, reasons});
		else decision.remove.push(archive);
	}
	return decision;
}

type Turn = {archive: Archive; time: ArchiveTime; number: number; isOldest: boolean};

/** Asked about each archive in turn, from the newest on; remembers what it kept. */
type Rule = (turn: Turn) => KeepReason | undefined;

const newestFirst = (a: {archive: Archive; time: ArchiveTime}, b: {archive: Archive; time: ArchiveTime}): number =>
	a.time.ns === b.time.ns ? (a.archive.id < b.archive.id ? -1 : 1) : a.time.ns > b.time.ns ? -1 : 1;

const tagRules = ({keepTags = []}: RetentionPolicy): Rule[] => keepTags.map(tags => ({archive}) => (hasTags(archive, tags) ? {rule: 'tags', tags} : undefined));

/** An empty text is met by an archive without tags, whatever follows it. */
function hasTags(archive: Archive, tags: readonly string[]): boolean {
	for (const tag of tags) {
		if (tag === '' && archive.tags.length === 0) return true;
		if (!archive.tags.includes(tag)) return false;
	}
	return true;
}

function periodLimits(policy: RetentionPolicy, times: ArchiveTime[], now: Date): Rule[] {
	const nowNs = BigInt(now.getTime()) * 1_000_000n;
	const newest = times.find(({ns}) => ns < nowNs);
	const isYoungerThan = (period: keyof RetentionPolicy & ('within' | PeriodRule)): ((time: ArchiveTime) => boolean) => {
		const limit = newest && before(newest, policy[period]!);
		return ({ns}) => limit === undefined || ns > limit;
	};

	const rules: Rule[] = [];
	if (!isEmptyPeriod(policy.within)) {
		const isYounger = isYoungerThan('within');
		rules.push(({time}) => (isYounger(time) ? {rule: 'within'} : undefined));
	}
	for (const rule of countedRules) if (policy[rule]) rules.push(firstOfEach(rule, policy[rule], () => true));
	for (const rule of periodRules) if (!isEmptyPeriod(policy[rule])) rules.push(firstOfEach(rule, -1, isYoungerThan(rule)));
	return rules;
}

/** Keeps the first archive it meets of each calendar period, and the oldest of all, `count` in total. -1: without end. */
function firstOfEach(rule: CountedRule | PeriodRule, count: number, applies: (time: ArchiveTime) => boolean): Rule {
	let left = count;
	let last = -1;
	return ({time, number, isOldest}) => {
		if (left === 0 || !applies(time)) return undefined;
		const period = rule === 'last' ? number : periodOf[rule](time);
		if (period === last && !isOldest) return undefined;
		const reason: KeepReason = period === last ? {rule, oldest: true} : {rule};
		last = period;
		if (left > 0) left--;
		return reason;
	};
}
