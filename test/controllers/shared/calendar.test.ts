import test from 'ava';
import fc from 'fast-check';
import {readCalendar} from '../../../src/controllers/shared/calendar.ts';
import type {Calendar} from '../../../src/controllers/shared/calendar.ts';
import {cases} from '../../_cases.ts';

const calendarOf = (cron: string, timeZone: string): Calendar => {
	const read = readCalendar(cron, timeZone);
	if (read.kind === 'invalid') throw new Error(read.problem);
	return read.calendar;
};

const next = (cron: string, timeZone: string, after: string, count: number): string[] => {
	const calendar = calendarOf(cron, timeZone);
	const times: Date[] = [];
	for (let time = calendar.next(new Date(after)); time && times.length < count; time = calendar.next(time)) times.push(time);
	return times.map(time => time.toISOString().slice(0, 16));
};

test('a time that summer time leaves out is due right after the gap', t => {
	t.deepEqual(next('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3), ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30']);
	t.deepEqual(next('15,45 2 * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 2), ['2026-03-29T01:00', '2026-03-30T00:15']);
	t.deepEqual(next('0 0 * * *', 'America/Santiago', '2026-09-05T05:00:00Z', 2), ['2026-09-06T04:00', '2026-09-07T03:00']);
});

test('a time that occurs twice is due once, at the first', t => {
	t.deepEqual(next('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2), ['2026-10-25T00:30', '2026-10-26T01:30']);
	t.deepEqual(next('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', 2), ['2026-04-04T14:45', '2026-04-05T15:15']);
});

test('a time given with * or / follows the hours that pass: over the gap, and in both hours of the fold', t => {
	t.deepEqual(next('30 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 3), ['2026-03-29T00:30', '2026-03-29T01:30', '2026-03-29T02:30']);
	t.deepEqual(next('30 * * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', 3), ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30']);
});

test('29 February is due in leap years only', t => {
	t.deepEqual(next('0 0 29 2 *', 'Etc/UTC', '2025-01-01T00:00:00Z', 2), ['2028-02-29T00:00', '2032-02-29T00:00']);
});

const refused: Array<[title: string, cron: string, timeZone: string, says: RegExp]> = [
	['an hour that no day has', '0 25 * * *', 'Etc/UTC', /"0 25 \* \* \*" cannot be used: .*hour.*\. Give minute, hour/v],
	['a day that no month has', '0 0 30 2 *', 'Etc/UTC', /no date ever fits it/v],
	['a day without a name', '0 0 * * FOO', 'Etc/UTC', /cannot be used/v],
	['seconds', '0 0 2 * * *', 'Etc/UTC', /cannot be used/v],
	['a question mark, which would mean the time of the operator\'s start', '? 2 * * *', 'Etc/UTC', /no fixed meaning/v],
	['a time zone of another planet', '0 2 * * *', 'Mars/Olympus', /the time zone "Mars\/Olympus" is unknown\. Give a name/v],
];

for (const [title, cron, timeZone, says] of refused) {
	test(`${title} is refused with what to write instead`, t => {
		const read = readCalendar(cron, timeZone);
		t.regex(read.kind === 'invalid' ? read.problem : '', says);
	});
}

const zones = ['Europe/Berlin', 'America/New_York', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kolkata', 'Pacific/Apia'] as const;

/** A second opinion, from nothing but the zone's own clock: minute for minute, what does the wall show? */
function walls(timeZone: string, from: Date, hours: number): Array<{at: Date; minute: number; hour: number; day: string}> {
	const format = new Intl.DateTimeFormat('en-GB', {timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit'});
	return Array.from({length: hours * 60}, (_, index) => {
		const at = new Date(from.getTime() + index * 60_000);
		const part = Object.fromEntries(format.formatToParts(at).map(({type, value}) => [type, value]));
		return {at, minute: Number(part['minute']), hour: Number(part['hour']), day: `${part['year']}-${part['month']}-${part['day']}`};
	});
}

/** Named minutes and hours on every day, by the rules for gaps and folds. */
function expectedNamed(minutes: readonly number[], hours: readonly number[], wall: ReturnType<typeof walls>): string[] {
	const due = new Set<number>();
	const days = [...new Set(wall.map(({day}) => day))].slice(1, -1);
	for (const day of days) {
		const shown = wall.filter(one => one.day === day);
		for (const hour of hours) {
			for (const minute of minutes) {
				const exact = shown.find(one => one.hour === hour && one.minute === minute);
				const found = exact ?? wall.find((one, index) => one.day === day && one.hour * 60 + one.minute > hour * 60 + minute && wall[index - 1] !== undefined && (wall[index - 1]!.day !== day || wall[index - 1]!.hour * 60 + wall[index - 1]!.minute < hour * 60 + minute));
				if (found) due.add(found.at.getTime());
			}
		}
	}

	return [...due].toSorted((left, right) => left - right).map(time => new Date(time).toISOString());
}

/** The day of every change of a zone's offset in a year, by its noon in UTC. */
function changes(timeZone: string, year: number): Date[] {
	const format = new Intl.DateTimeFormat('en', {timeZone, timeZoneName: 'longOffset'});
	const offsetAt = (at: Date): string => format.formatToParts(at).find(({type}) => type === 'timeZoneName')!.value;
	const noons = Array.from({length: 366}, (_, day) => new Date(Date.UTC(year, 0, 1 + day, 12)));
	return noons.filter((noon, index) => index > 0 && offsetAt(noon) !== offsetAt(noons[index - 1]!));
}

test('around every change of the clocks, named times are due as the zone\'s own clock says', t => {
	const scenes = zones.flatMap(zone => changes(zone, 2027).map(noon => ({zone, wall: walls(zone, new Date(noon.getTime() - 48 * 3_600_000), 96)})));
	t.true(scenes.length >= 8);
	const few = (max: number) => fc.uniqueArray(fc.integer({min: 0, max}), {minLength: 1, maxLength: 3});
	fc.assert(fc.property(fc.constantFrom(...scenes), few(59), few(23), ({zone, wall}, minutes, hours) => {
		const days = [...new Set(wall.map(({day}) => day))];
		const first = wall.find(({day}) => day === days[1])!.at;
		const end = wall.find(({day}) => day === days.at(-1))!.at;
		const calendar = calendarOf(`${minutes.join()} ${hours.join()} * * *`, zone);
		const seen: string[] = [];
		for (let time = calendar.next(new Date(first.getTime() - 1)); time && time < end; time = calendar.next(time)) seen.push(time.toISOString());
		const expected = expectedNamed(minutes, hours, wall);
		if (seen.join() !== expected.join()) throw new Error(`${zone}: ${seen.filter(time => !expected.includes(time)).join()} too many, ${expected.filter(time => !seen.includes(time)).join()} missing`);
	}), {numRuns: cases(100)});
});
