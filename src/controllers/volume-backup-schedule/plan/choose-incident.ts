import type {Incident} from '../incidents.ts';

export type IncidentQuestion = {
	incidents: readonly Incident[];
	/** The last backup made for one. */
	last?: {at: Date; repeats: number} | undefined;
	minIntervalMs: number;
	/** Incidents before it are none of the schedule's. */
	since: Date;
	now: Date;
};

export type IncidentAnswer = {
	incident?: Incident;
	repeats: number;
	/** When one that lasts may lead to a backup. */
	lookAgainAt?: Date;
};

const longestIntervalMs = 24 * 3_600_000;
/** A moment that is longer past says nothing about now: what could be saved is in the backups since, or lost. */
const freshMs = 600_000;

/** Which failure leads to a backup now. What failed before the last such backup is in it; while failures go on, each pause is twice the one before. */
export function chooseIncident({incidents, last, minIntervalMs, since, now}: IncidentQuestion): IncidentAnswer {
	const pauseMs = last ? Math.max(minIntervalMs, Math.min(longestIntervalMs, minIntervalMs * 2 ** Math.min(last.repeats, 20))) : 0;
	const restMs = last ? now.getTime() - last.at.getTime() : Infinity;
	const repeats = last && restMs < pauseMs * 2 ? last.repeats + 1 : 0;
	const fresh = incidents.filter(({time, lasts}) => time > since && (!last || time > last.at) && (lasts || now.getTime() - time.getTime() <= freshMs));

	const allowedAt = last ? last.at.getTime() + pauseMs : 0;
	const incident = fresh.find(({ripeAt}) => ripeAt <= now);
	if (incident && allowedAt <= now.getTime()) return {incident, repeats};
	const times = fresh.filter(({lasts}) => lasts).map(({ripeAt}) => Math.max(ripeAt.getTime(), allowedAt));
	return {repeats, ...(times.length > 0 && {lookAgainAt: new Date(Math.min(...times))})};
}
