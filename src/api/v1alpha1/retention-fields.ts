import {integer, object, optional, set, text} from './fields.ts';
import type {Static} from 'typebox';

const counted = (description: string) => optional(integer(description, {minimum: 0, maximum: 100_000}));

const period = (description: string) => optional(text(`${description} Numbers with y, m, d or h behind each, such as 1y6m or 14d.`, 64, {pattern: '^([0-9]{1,5}[ymdh])+$'}));

const counts = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
const periods = ['within', 'withinHourly', 'withinDaily', 'withinWeekly', 'withinMonthly', 'withinYearly'] as const;

const isSet = [...counts, ...periods, 'keepTags'].map(rule => `has(self.${rule})`).join(' || ');
const keepsSomething = [
	...counts.map(rule => `(has(self.${rule}) && self.${rule} > 0)`),
	...periods.map(rule => `(has(self.${rule}) && self.${rule}.matches('[1-9]'))`),
	'(has(self.keepTags) && self.keepTags.size() > 0)',
].join(' || ');

/** What to keep of each claim's archives, with the meaning of `restic forget --keep-…`. Without any rule everything is kept. */
export const retentionField = (description: string) => object(description, {
	last: counted('last keeps that many of the newest archives.'),
	hourly: counted('hourly keeps the newest archive of each of that many hours which have one.'),
	daily: counted('daily keeps the newest archive of each of that many days which have one.'),
	weekly: counted('weekly keeps the newest archive of each of that many ISO weeks which have one.'),
	monthly: counted('monthly keeps the newest archive of each of that many months which have one.'),
	yearly: counted('yearly keeps the newest archive of each of that many years which have one.'),
	within: period('within keeps every archive that is younger than this, counted back from the newest one.'),
	withinHourly: period('withinHourly keeps the newest archive of each hour within this time.'),
	withinDaily: period('withinDaily keeps the newest archive of each day within this time.'),
	withinWeekly: period('withinWeekly keeps the newest archive of each ISO week within this time.'),
	withinMonthly: period('withinMonthly keeps the newest archive of each month within this time.'),
	withinYearly: period('withinYearly keeps the newest archive of each year within this time.'),
	keepTags: optional(set('keepTags keeps archives with any of these tags; several tags joined by commas mean archives that have all of them.', text('A tag, or several joined by commas.', 512, {pattern: '^[^\\s,]+(,[^\\s,]+)*$'}), 32)),
}, {
	rules: [{
		rule: `!(${isSet}) || ${keepsSomething}`,
		message: 'retention must keep something: give at least one rule more than 0, or no rule at all to keep every archive',
	}],
});

export type Retention = Static<ReturnType<typeof retentionField>>;

/** Whether a policy has no rule, and so keeps every archive. */
export const keepsAll = (retention: Retention | undefined): boolean => retention === undefined || Object.keys(retention).length === 0;
