import {parseGoTime} from '../files/go-time.ts';
import type {Archive} from '../../archive.ts';
import type {RetentionPeriod} from './retention-policy.ts';

/** When an archive was made, to the nanosecond, in the zone of the machine that made it: what an hour or a day is depends on it. */
export type ArchiveTime = {ns: bigint; offsetMinutes: number};

const nsPerMs = 1_000_000n;
const msPerMinute = 60_000;
const msPerDay = 86_400_000;

/** A decoded archive carries the text of its time beside the moment; one made in memory is in UTC. */
export function archiveTime({time, foreign}: Pick<Archive, 'time' | 'foreign'>): ArchiveTime {
	const text = foreign?.time;
	const ns = typeof text === 'string' ? parseGoTime(text) : undefined;
	if (typeof text !== 'string' || ns === undefined || floorMs(ns) !== time.getTime()) return {ns: BigInt(time.getTime()) * nsPerMs, offsetMinutes: 0};
	const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
	const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
	return {ns, offsetMinutes: sign === '-' ? -offset : offset};
}

/** A number for each calendar period; equal ones mean the same hour, day, … of the archive's own zone. */
export const calendarPeriods = {
	hourly: (time: ArchiveTime): number => day(local(time)) * 100 + local(time).getUTCHours(),
	daily: (time: ArchiveTime): number => day(local(time)),
	weekly: (time: ArchiveTime): number => isoWeek(local(time)),
	monthly: (time: ArchiveTime): number => local(time).getUTCFullYear() * 100 + local(time).getUTCMonth() + 1,
	yearly: (time: ArchiveTime): number => local(time).getUTCFullYear(),
} as const;

/**
The moment that lies `period` before `time` on the calendar of its zone, hours last; a day that a month does not have runs over into the next.
Undefined when that is before all calendars.
*/
export function before(time: ArchiveTime, {years = 0, months = 0, days = 0, hours = 0}: RetentionPeriod): bigint | undefined {
	const from = local(time);
	const moved = new Date(from.getTime());
	moved.setUTCFullYear(from.getUTCFullYear() - years, from.getUTCMonth() - months, from.getUTCDate() - days);
	if (Number.isNaN(moved.getTime())) return undefined;
	const movedMs = BigInt(moved.getTime() - from.getTime()) - BigInt(hours) * 3_600_000n;
	return time.ns + movedMs * nsPerMs;
}

const local = ({ns, offsetMinutes}: ArchiveTime): Date => new Date(floorMs(ns) + offsetMinutes * msPerMinute);

const floorMs = (ns: bigint): number => Number((ns - (((ns % nsPerMs) + nsPerMs) % nsPerMs)) / nsPerMs);

const day = (date: Date): number => date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();

/** Year and week by ISO 8601: a week belongs to the year that its Thursday is in. */
function isoWeek(date: Date): number {
	const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * msPerDay);
	const firstOfYear = new Date(thursday.getTime());
	firstOfYear.setUTCMonth(0, 1);
	return thursday.getUTCFullYear() * 100 + Math.floor(Math.round((thursday.getTime() - firstOfYear.getTime()) / msPerDay) / 7) + 1;
}
