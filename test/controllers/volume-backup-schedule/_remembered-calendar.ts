import {readCalendar} from '../../../src/controllers/shared/calendar.ts';
import type {Calendar} from '../../../src/controllers/shared/calendar.ts';

const remembered = new Map<string, Calendar & {between(after: Date, last: Date): Date[]}>();
const from = new Date('2025-06-01T00:00:00Z');
const to = new Date('2030-06-01T00:00:00Z');

/** The calendar of the product, with five years of it worked out once: thousands of journeys go through the same ones. */
export function rememberedCalendar(cron: string, timeZone: string): Calendar & {between(after: Date, last: Date): Date[]} {
	const key = `${cron} ${timeZone}`;
	const known = remembered.get(key);
	if (known) return known;
	const read = readCalendar(cron, timeZone);
	if (read.kind === 'invalid') throw new Error(read.problem);
	const times: Date[] = [];
	for (let time = read.calendar.next(from); time && time < to; time = read.calendar.next(time)) times.push(time);

	const firstAfter = (after: Date): number => {
		let [low, high] = [0, times.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (times[middle]! > after) high = middle;
			else low = middle + 1;
		}

		return low;
	};
	const calendar = {
		next: (after: Date) => times[firstAfter(after)] ?? read.calendar.next(after),
		between: (after: Date, last: Date) => times.slice(firstAfter(after), firstAfter(last)),
	};
	remembered.set(key, calendar);
	return calendar;
}
