import {Cron} from 'croner';

/** The instants of a cron expression in its time zone, in UTC and without end. */
export type Calendar = {
	/** The first instant after `after`; undefined when there is none. */
	next(after: Date): Date | undefined;
};

export type ReadCalendar = {kind: 'calendar'; calendar: Calendar} | {kind: 'invalid'; problem: string};

/**
Reads a cron expression of five fields, or a nickname such as @daily. What the change of the clocks means to it: an expression whose hours
and minutes are all named (no `*`, no `/`) is due right after a gap that holds its time, and once, at the first, where its time occurs twice; any other
passes over the gap and is due in both hours.
*/
export function readCalendar(cron: string, timeZone: string): ReadCalendar {
	const problem = zoneProblem(timeZone);
	if (problem) return {kind: 'invalid', problem};
	// A parser's notion of "now" in a pattern would make every restart another schedule.
	if (cron.includes('?')) return invalidCron(cron, '"?" has no fixed meaning; write "*"');
	try {
		// `no-wildcard` counts lists and ranges of hours as named times, as cron does.
		const parsed = new Cron(cron, {timezone: timeZone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true});
		const calendar: Calendar = {next: after => parsed.nextRun(after) ?? undefined};
		return calendar.next(longAgo) ? {kind: 'calendar', calendar} : invalidCron(cron, 'no date ever fits it');
	} catch (error) {
		return invalidCron(cron, reasonOf(error));
	}
}

/** Leap days come every eight years at worst, so whatever has no date soon after has none at all. */
const longAgo = new Date('2000-01-01T00:00:00Z');

const invalidCron = (cron: string, why: string): ReadCalendar => ({
	kind: 'invalid',
	problem: `the cron expression "${cron}" cannot be used: ${why}. Give minute, hour, day of month, month and day of week, such as "30 2 * * *"`,
});

function zoneProblem(timeZone: string): string | undefined {
	try {
		new Intl.DateTimeFormat('en', {timeZone}).format(0);
		return undefined;
	} catch {
		return `the time zone "${timeZone}" is unknown. Give a name of the IANA database, such as Europe/Berlin or Etc/UTC`;
	}
}

/** The parser's own words, for people. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.replace(/^Cron\w+: /v, '').replace(/\.$/v, '') : 'it cannot be read');
