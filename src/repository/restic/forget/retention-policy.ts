import {LazaretteError} from '../../../base/errors.ts';

/**
What to keep of each group of archives, with the meaning of `restic forget --keep-…`: an archive stays when any rule keeps it. Counts are 0 or more, or
-1 for all. A policy without any rule keeps everything.
*/
export type RetentionPolicy = {
	/** The newest archives. */
	last?: number;
	/** The newest archive of each of so many hours (days, …) that have one. */
	hourly?: number;
	daily?: number;
	/** ISO weeks. */
	weekly?: number;
	monthly?: number;
	yearly?: number;
	/** Everything that is younger than this, counted back from the group's newest archive. */
	within?: RetentionPeriod;
	/** The newest archive of each hour (day, …) within that time. */
	withinHourly?: RetentionPeriod;
	withinDaily?: RetentionPeriod;
	withinWeekly?: RetentionPeriod;
	withinMonthly?: RetentionPeriod;
	withinYearly?: RetentionPeriod;
	/** Archives that carry all tags of any of these lists. In a list, the empty text stands for "no tags at all". */
	keepTags?: readonly (readonly string[])[];
};

/** Calendar time: years and months are as long as they are. */
export type RetentionPeriod = {years?: number; months?: number; days?: number; hours?: number};

export const countedRules = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export const periodRules = ['withinHourly', 'withinDaily', 'withinWeekly', 'withinMonthly', 'withinYearly'] as const;

export type CountedRule = (typeof countedRules)[number];
export type PeriodRule = (typeof periodRules)[number];

export const isEmptyPeriod = (period: RetentionPeriod | undefined): boolean => !period?.years && !period?.months && !period?.days && !period?.hours;

/** Whether a policy has no rule at all, and so keeps everything. */
export const isEmptyPolicy = (policy: RetentionPolicy): boolean =>
	countedRules.every(rule => !policy[rule]) && [...periodRules, 'within' as const].every(rule => isEmptyPeriod(policy[rule])) && !policy.keepTags?.length;

/** @throws BadRequest naming the rule, before anything is decided by it */
export function checkPolicy(policy: RetentionPolicy): void {
	for (const rule of countedRules) {
		const count = policy[rule] ?? 0;
		if (!Number.isSafeInteger(count) || count < -1) throw invalid(rule, count, 'a whole number of 0 or more, or -1 to keep all');
	}
	for (const rule of [...periodRules, 'within' as const]) {
		for (const [unit, amount = 0] of Object.entries(policy[rule] ?? {})) {
			if (!Number.isSafeInteger(amount) || amount < 0) throw invalid(`${rule}.${unit}`, amount, 'a whole number of 0 or more');
		}
	}
}

const units = {y: 'years', m: 'months', d: 'days', h: 'hours'} as const;

/** Reads restic's notation, e.g. `1y5m7d2h`. @throws BadRequest */
export function parseRetentionPeriod(text: string): RetentionPeriod {
	if (!/^(\d{1,9}[ymdh])+$/.test(text)) throw invalid('period', text, 'numbers with y, m, d or h behind each, e.g. 1y5m7d2h');
	const period: RetentionPeriod = {};
	for (const [, amount, unit] of text.matchAll(/(\d+)([ymdh])/g)) period[units[unit as keyof typeof units]] = Number(amount);
	return period;
}

const invalid = (name: string, value: unknown, accepted: string): LazaretteError =>
	new LazaretteError('BadRequest', `the retention policy has ${name} ${JSON.stringify(value)}`, {hint: `give ${accepted}; no archive was removed`, context: {rule: name}});
