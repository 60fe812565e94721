import {fieldManagers} from '../../api/v1alpha1/group.ts';
import type {SkipReason} from '../../api/v1alpha1/volume-backup-schedule-status.ts';
import {isKubeError} from '../../kube/kube-error.ts';
import {writeStatus} from '../../kube/runtime/status-writer.ts';
import {volumeBackupSchedules} from '../resources.ts';
import {announceTrouble} from '../shared/announce.ts';
import {standingOf} from '../shared/standing.ts';
import {halted} from '../shared/step.ts';
import type {StepOutcome} from '../shared/step.ts';
import type {SchedulePass} from './pass.ts';
import {scheduleStatus, standingOfSchedule} from './status.ts';

/** Writes what was settled, and tells of runs that were due and not made. */
export async function report(pass: SchedulePass, outcome: StepOutcome): Promise<void> {
	const {schedule, status, plan, ended, clock, kube, signal} = pass;
	const {metadata, spec} = schedule;
	const standing = halted(outcome) ? standingOf(outcome) : standingOfSchedule(spec, status, plan?.heldUntil);
	const next = scheduleStatus(status, {spec, standing, ended}, {generation: metadata.generation ?? 0, now: clock.now()});
	try {
		await writeStatus({kube, resource: volumeBackupSchedules, manager: fieldManagers.status, signal}, schedule, next);
	} catch (error) {
		if (isKubeError(error) && error.notFound) return;
		throw error;
	}

	pass.status = next;
	// Inside a blackout window all is as the spec wants it.
	if (standing.reason !== 'BlackoutWindow') announceTrouble(schedule, standing, pass);
	if (!halted(outcome)) announceSkips(pass);
	const {lastSuccessTime} = next;
	if (lastSuccessTime) pass.metrics.scheduleLastSuccess.set({namespace: metadata.namespace, schedule: metadata.name}, Date.parse(lastSuccessTime) / 1000);
}

const told: Partial<Record<SkipReason, string>> = {
	missed: 'runs that were due could not be made in time, and catchUp leaves them out',
	concurrency: 'a run was due while another had not ended, and was skipped (concurrencyPolicy: Forbid)',
	late: 'a run could not start within startingDeadlineSeconds, and was skipped',
	superseded: 'a run waited for another until a newer one was due, which takes its place',
};

function announceSkips({schedule, plan, events, metrics}: SchedulePass): void {
	const {namespace} = schedule.metadata;
	for (const [reason, count] of Object.entries(plan?.skipped ?? {}) as Array<[SkipReason, number]>) {
		metrics.skippedRuns.inc({namespace, reason}, count);
		const note = told[reason];
		if (note) events.record(schedule, {type: 'Warning', reason: 'RunSkipped', action: 'Schedule', note});
	}
}
