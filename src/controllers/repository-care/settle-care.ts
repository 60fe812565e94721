import type {CareKind, MaintenanceFacts, MoverResult} from '../../api/v1alpha1/mover-contract.ts';
import {scheduledCareKinds} from '../../api/v1alpha1/maintenance-fields.ts';
import type {ReadyReason} from '../../api/v1alpha1/reasons.ts';
import {backoffDelayMs} from '../../base/backoff.ts';
import type {BackoffShape} from '../../base/backoff.ts';
import type {Job} from '../../kube/resources.ts';
import type {RepositoryPass} from '../backup-repository/pass.ts';
import {releaseDeleted} from '../archive-deletion/release-deleted.ts';
import {oneLine} from '../shared/one-line.ts';
import type {CareNote} from './care-job.ts';
import {notePart} from './plan/check-parts.ts';
import {noteRetention} from './plan/retention-scopes.ts';
import {setNext, timetable} from './plan/timetable.ts';

/** A heap of Jobs helps nobody: what failed is tried again ever more rarely, until four times a day. */
const pauses: BackoffShape = {firstMs: 60_000, maxMs: 6 * 3_600_000};
/** Somebody waits for archives to go, and the one who has the lock may be gone soon. */
const shortPauses: BackoffShape = {firstMs: 15_000, maxMs: 300_000};

/** A piece of care is done: what it tells goes to status, and the next time is worked out. */
export async function settleCare(note: CareNote, job: Job, result: MoverResult, pass: RepositoryPass): Promise<void> {
	const {status, repository, events, metrics} = pass;
	const facts = result.maintenance;
	if (facts?.kind !== note.kind) {
		noteFailure(pass, note.kind, {reason: 'MoverFailed', message: 'the mover reported success without saying what it did', job: job.metadata.name});
		return;
	}

	if (note.backups) await releaseDeleted(note.backups, facts.retained ?? [], pass);
	const state = (status.maintenance![note.kind] ??= {});
	state.lastTime = result.timings.endedAt;
	state.lastJob = job.metadata.name;
	state.durationSeconds = Math.max(0, Math.round((Date.parse(result.timings.endedAt) - Date.parse(result.timings.startedAt)) / 1000));
	state.message = oneLine(result.message, 1024);
	for (const field of ['failures', 'failure', 'retryTime'] as const) delete state[field];
	planNext(note.kind, pass);
	noteFacts(facts, result, pass);
	metrics.care.inc({kind: note.kind, outcome: result.outcome});
	const trouble = (facts.check?.problems ?? 0) > 0 ? 'RepositoryDamaged' : facts.pruneStopped ? 'MaintenanceFailed' : undefined;
	events.record(repository, {type: trouble ? 'Warning' : 'Normal', reason: trouble ?? 'RepositoryMaintained', action: 'Maintain', note: oneLine(`${note.kind}: ${result.message}`, 900)});
}

/** It failed, and will be tried again. */
export function noteFailure({status, clock, random, repository, events, metrics}: RepositoryPass, kind: CareKind, failure: {reason: ReadyReason; message: string; job?: string}): void {
	const state = (status.maintenance![kind] ??= {});
	state.failures = (state.failures ?? 0) + 1;
	if (failure.job) state.lastJob = failure.job;
	if (state.failure !== failure.reason) events.record(repository, {type: 'Warning', reason: 'MaintenanceFailed', action: 'Maintain', note: oneLine(`${kind}: ${failure.reason}: ${failure.message}`, 900)});
	state.failure = failure.reason;
	state.message = oneLine(failure.message, 1024);
	const shape = kind === 'delete' || failure.reason === 'LockedByOther' ? shortPauses : pauses;
	state.retryTime = new Date(clock.now().getTime() + backoffDelayMs(state.failures, shape, random)).toISOString();
	metrics.care.inc({kind, outcome: 'Failed'});
}

function planNext(kind: CareKind, {status, repository, clock}: RepositoryPass): void {
	const scheduled = scheduledCareKinds.find(candidate => candidate === kind);
	if (!scheduled) return;
	const state = status.maintenance![scheduled]!;
	const table = timetable(scheduled, {maintenance: repository.spec.maintenance, uid: repository.metadata.uid});
	if (table?.kind === 'timetable') setNext(state, table, clock.now());
	else delete state.nextTime;
}

function noteFacts({archives, forget, prune, pruneStopped, check}: MaintenanceFacts, {timings}: MoverResult, {status, repository, clock}: RepositoryPass): void {
	const maintenance = status.maintenance!;
	if (archives !== undefined) status.archives = archives;
	if (forget) {
		Object.assign((maintenance.forget ??= {}), {removed: forget.removed, kept: forget.kept});
		noteRetention((status.retention ??= {}), forget, {graceSeconds: repository.spec.maintenance?.retentionGraceSeconds ?? 86_400, now: clock.now()});
	}

	if (prune) {
		Object.assign((maintenance.prune ??= {}), {freedBytes: prune.freedBytes, unusedBytes: prune.unusedBytes, extent: prune.limitReached ? 'Partial' : 'Complete'});
		if (status.storedBytes !== undefined) status.storedBytes = Math.max(0, status.storedBytes - prune.freedBytes);
	}

	if (pruneStopped) {
		const {freedBytes: _freed, unusedBytes: _unused, ...state} = maintenance.prune ?? {};
		maintenance.prune = {...state, extent: 'Stopped'};
	}

	if (check) {
		const state = (maintenance.check ??= {});
		state.bytesRead = check.bytesRead;
		notePart(state, {...check, beganAt: timings.startedAt});
	}
}

