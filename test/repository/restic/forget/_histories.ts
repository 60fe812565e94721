import fc from 'fast-check';
import {createHash} from 'node:crypto';
import {decodeSnapshot, encodeSnapshot} from '../../../../src/repository/restic/files/snapshot-file.ts';
import {parseGoDate} from '../../../../src/repository/restic/files/go-time.ts';
import type {Archive} from '../../../../src/repository/archive.ts';
import type {RetentionPeriod, RetentionPolicy} from '../../../../src/repository/restic/forget/retention-policy.ts';

export type Moment = {time: string; tags: string[]};

/** The JSON of a snapshot file of this moment, as some other writer may have made it. */
export function snapshotJson({time, tags}: Moment, hostname: string, paths: string[] = ['/data']): Buffer {
	const tree = createHash('sha256').update(`${hostname}${time}`).digest('hex');
	return encodeSnapshot({time: parseGoDate(time)!, tree, paths, hostname, username: 'root', excludes: [], tags, foreign: {time}});
}

/** An archive as it is read from such a file. */
export function archiveAt(time: string, {hostname = 'shop', tags = [], paths = ['/data']}: {hostname?: string; tags?: string[]; paths?: string[]} = {}): Archive {
	const json = snapshotJson({time, tags}, hostname, paths);
	return decodeSnapshot(json, createHash('sha256').update(json).digest('hex'));
}

const zones = ['Z', '+01:00', '+02:00', '-05:00', '+05:45', '-11:30', '+14:00'];

/** Archives in bursts of minutes and gaps of months, around turns of hours, days, weeks and years, in several zones. No two at the same instant: restic leaves their order open. */
export const histories: fc.Arbitrary<Moment[]> = fc
	.record({
		start: fc.integer({min: Date.parse('2018-12-20T00:00:00Z'), max: Date.parse('2026-10-31T23:59:59Z')}),
		steps: fc.array(
			fc.record({
				gapMs: fc.oneof(
					fc.integer({min: 1, max: 3_600_000}),
					fc.integer({min: 1, max: 86_400_000}),
					fc.constantFrom(3_600_000, 86_400_000, 7 * 86_400_000, 365 * 86_400_000),
					fc.integer({min: 1, max: 120 * 86_400_000}),
				),
				nanos: fc.constantFrom('', '.5', '.123456789', '.000000001'),
				zone: fc.constantFrom(...zones),
				tags: fc.subarray(['keep', 'weekly', 'db', 'ümlaut']),
			}),
			{minLength: 1, maxLength: 24, size: 'max'},
		),
		oneZone: fc.boolean(),
	})
	.map(({start, steps, oneZone}) => {
		let seconds = Math.floor(start / 1000);
		return steps.map(({gapMs, nanos, zone, tags}) => {
			seconds -= Math.max(1, Math.floor(gapMs / 1000));
			return {time: textOf(seconds, nanos, oneZone ? steps[0]!.zone : zone), tags};
		});
	});

function textOf(seconds: number, nanos: string, zone: string): string {
	const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
	const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -60 : 60);
	return `${new Date((seconds + offset) * 1000).toISOString().slice(0, 19)}${nanos}${zone}`;
}

const counts = (unlimited: boolean): fc.Arbitrary<number> => fc.constantFrom(...(unlimited ? [-1] : []), 0, 0, 0, 1, 1, 2, 3, 5, 8);
const periods: fc.Arbitrary<RetentionPeriod> = fc
	.record({years: fc.constantFrom(0, 0, 1, 4), months: fc.constantFrom(0, 0, 1, 7, 13), days: fc.constantFrom(0, 1, 30, 45), hours: fc.constantFrom(0, 0, 1, 30)})
	.filter(({years, months, days, hours}) => years + months + days + hours > 0);

/** Policies of one to all rules. */
export const policies = ({unlimited}: {unlimited: boolean}): fc.Arbitrary<RetentionPolicy> =>
	fc
		.record(
			{
				last: counts(unlimited),
				hourly: counts(unlimited),
				daily: counts(unlimited),
				weekly: counts(unlimited),
				monthly: counts(unlimited),
				yearly: counts(unlimited),
				within: periods,
				withinHourly: periods,
				withinDaily: periods,
				withinWeekly: periods,
				withinMonthly: periods,
				withinYearly: periods,
				keepTags: fc.array(fc.oneof(fc.subarray(['keep', 'weekly', 'db', 'ümlaut', 'none'], {minLength: 1, maxLength: 2}), fc.constant([''])), {maxLength: 2}),
			},
			{requiredKeys: []},
		)
		.filter(policy => Object.values(policy).some(value => (Array.isArray(value) ? value.length > 0 : value !== 0)));
