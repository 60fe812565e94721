import {createHash} from 'node:crypto';
import type {RunCause} from '../../api/v1alpha1/group.ts';

/*
A run's name follows from what it is made for, so that whoever makes it a second time, after a crash or from a stale cache, finds the first.
*/

/** Of a run that was due at a time; cron knows whole minutes, and a continuous schedule seconds. */
export const dueRunName = (schedule: string, cause: RunCause, due: Date): string =>
	`${schedule}-${Math.floor(due.getTime() / (cause === 'continuous' ? 1000 : 60_000))}`;

/** `previous` makes a token that comes back after another one a new wish. */
export const manualRunName = (schedule: string, token: string, previous: {token: string; time?: string} | undefined): string =>
	`${schedule}-manual-${hashOf(token, previous?.token ?? '', previous?.time ?? '')}`;

export const failureRunName = (schedule: string, incident: {cause: RunCause; podUid: string; time: Date}): string =>
	`${schedule}-${incident.cause}-${hashOf(incident.podUid, incident.time.toISOString())}`;

const hashOf = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 10);
