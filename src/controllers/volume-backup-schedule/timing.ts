import {createHash} from 'node:crypto';
import type {VolumeBackupScheduleSpec} from '../../api/v1alpha1/volume-backup-schedule.ts';
import {readCalendar} from '../shared/calendar.ts';
import type {Calendar} from '../shared/calendar.ts';

/** When a schedule's runs are due, as far as its spec alone tells. */
export type Timing = {
	/** Absent for a continuous schedule. */
	calendar?: Calendar;
	/** How much later than due this object's runs start. */
	offsetMs: number;
	/** In [0, 1), always the same for the same object. */
	share: number;
	isBlackout(at: Date): boolean;
	/** End of the blackout around an instant, over windows that meet; undefined outside of all. */
	blackoutEnd(at: Date): Date | undefined;
	/** Of all that makes due times; when it changes, counting starts anew. */
	fingerprint: string;
};

export type ReadTiming = {kind: 'timing'; timing: Timing} | {kind: 'invalid'; message: string};

type Window = {calendar: Calendar; durationMs: number};

export function readTiming(spec: Pick<VolumeBackupScheduleSpec, 'cron' | 'continuous' | 'timeZone' | 'jitterSeconds' | 'blackoutWindows'>, uid: string): ReadTiming {
	const due = spec.cron === undefined ? undefined : readCalendar(spec.cron, spec.timeZone);
	if (due?.kind === 'invalid') return {kind: 'invalid', message: `spec.cron: ${due.problem}. No run is made until then`};

	const windows: Window[] = [];
	for (const [index, {cron, durationSeconds, timeZone}] of (spec.blackoutWindows ?? []).entries()) {
		const begins = readCalendar(cron, timeZone ?? spec.timeZone);
		if (begins.kind === 'invalid') return {kind: 'invalid', message: `spec.blackoutWindows[${index}].cron: ${begins.problem}. No run is made until then`};
		windows.push({calendar: begins.calendar, durationMs: durationSeconds * 1000});
	}

	const share = shareOf(uid);
	const {cron, continuous, timeZone, jitterSeconds} = spec;
	return {
		kind: 'timing',
		timing: {
			...(due && {calendar: due.calendar}),
			offsetMs: Math.floor(share * (jitterSeconds + 1)) * 1000,
			share,
			isBlackout: at => windowEnd(windows, at) !== undefined,
			blackoutEnd: at => blackoutEnd(windows, at),
			fingerprint: createHash('sha256').update(JSON.stringify([cron, continuous, timeZone, jitterSeconds])).digest('hex').slice(0, 16),
		},
	};
}

/** Objects of one cron expression are spread evenly by their uids, whatever wrote them. */
const shareOf = (uid: string): number => createHash('sha256').update(uid).digest().readUInt32BE(0) / 2 ** 32;

/** What a pass may look at: windows that never let go must not hold up other schedules. */
const mostJoined = 20;

/** Windows that follow each other without a pause are one; of very many in a row the end is told too early, and looked for again then. */
function blackoutEnd(windows: readonly Window[], at: Date): Date | undefined {
	let end: Date | undefined;
	for (let joined = 0; joined < mostJoined; joined++) {
		const later = windowEnd(windows, end ?? at);
		if (!later) return end;
		end = later;
	}

	return end;
}

/** The latest end of the windows that hold an instant, their first one included and their end not. */
function windowEnd(windows: readonly Window[], at: Date): Date | undefined {
	const ends = windows.flatMap(({calendar, durationMs}) => {
		const begin = calendar.next(new Date(at.getTime() - durationMs));
		return begin && begin <= at ? [begin.getTime() + durationMs] : [];
	});
	return ends.length > 0 ? new Date(Math.max(...ends)) : undefined;
}
