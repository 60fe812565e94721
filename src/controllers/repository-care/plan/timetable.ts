import {createHash} from 'node:crypto';
import {scheduledCareKinds} from '../../../api/v1alpha1/maintenance-fields.ts';
import type {Maintenance, MaintenanceStatus, ScheduledCareKind} from '../../../api/v1alpha1/maintenance-fields.ts';
import {readCalendar} from '../../shared/calendar.ts';
import type {Calendar} from '../../shared/calendar.ts';

/** When a kind of care is due by the clock. */
export type Timetable = {kind: 'timetable'; /** The first time after `after` at which it is due, jitter included. */ next(after: Date): Date | undefined; calendar: Calendar; schedule: string} | {kind: 'invalid'; problem: string};

export type Timing = {maintenance: Maintenance | undefined; /** Of the repository: its share of the jitter never changes. */ uid: string; now: Date};

export function timetable(kind: ScheduledCareKind, {maintenance, uid}: Omit<Timing, 'now'>): Timetable | undefined {
	const spec = maintenance?.[kind];
	if (!maintenance || !spec) return undefined;
	const read = readCalendar(spec.cron, spec.timeZone);
	if (read.kind === 'invalid') return {kind: 'invalid', problem: `maintenance.${kind}: ${read.problem}`};
	const lateMs = jitterMs(`${uid}/${kind}`, maintenance.jitterSeconds);
	return {
		kind: 'timetable',
		calendar: read.calendar,
		schedule: `${spec.cron} ${spec.timeZone} +${maintenance.jitterSeconds}`,
		next(after) {
			const instant = read.calendar.next(new Date(after.getTime() - lateMs));
			return instant && new Date(instant.getTime() + lateMs);
		},
	};
}

/** Always the same share of `most` for the same object, in whole seconds. */
export function jitterMs(key: string, mostSeconds: number): number {
	const share = createHash('sha256').update(key).digest().readUInt32BE() / 2 ** 32;
	return Math.floor(share * (mostSeconds + 1)) * 1000;
}

/**
Works out what is due when, where that is not known yet or the spec has changed: nothing is due on the spot only because somebody wrote a spec. What
became due while nobody looked stays due, once.
*/
export function keepTimes(status: MaintenanceStatus, timing: Timing): void {
	for (const kind of scheduledCareKinds) {
		const table = timetable(kind, timing);
		if (!table) {
			// Retention comes in force also without a cron of its own: a time that no schedule has set is left alone.
			if (kind !== 'forget' || !timing.maintenance?.prune) delete status[kind];
			else if (status.forget?.schedule) for (const field of ['schedule', 'sinceTime', 'nextTime'] as const) delete status.forget[field];
			continue;
		}

		if (table.kind === 'invalid') {
			delete status[kind]?.nextTime;
			continue;
		}

		const state = (status[kind] ??= {});
		if (state.schedule === table.schedule && state.nextTime) continue;
		state.schedule = table.schedule;
		state.sinceTime = timing.now.toISOString();
		setNext(state, table, timing.now);
	}
}

export function setNext(state: {nextTime?: string}, table: Extract<Timetable, {kind: 'timetable'}>, now: Date): void {
	const next = table.next(now);
	if (next) state.nextTime = next.toISOString();
	else delete state.nextTime;
}
