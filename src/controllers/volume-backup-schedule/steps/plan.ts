import {failureCauses} from '../../../api/v1alpha1/group.ts';
import type {RunCause} from '../../../api/v1alpha1/group.ts';
import {isBeingDeleted, keyOf} from '../../../kube/object.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import {incidentsCovered} from '../covered-pods.ts';
import type {SchedulePass} from '../pass.ts';
import {chooseIncident} from '../plan/choose-incident.ts';
import {planSchedule} from '../plan/plan-schedule.ts';
import type {Changes} from '../plan/plan-schedule.ts';
import type {Wish} from '../plan/plan-runs.ts';
import {runMatter} from '../run-matter.ts';
import {failureRunName, manualRunName} from '../run-name.ts';

/** Settles what is due, and which run is made now. */
export const plan: Step<SchedulePass> = async pass => {
	const {schedule, timing, status, runs, clock} = pass;
	const {metadata, spec} = schedule;
	const now = clock.now();
	// Wishes first: they may find themselves fulfilled and note that in status.
	const wishes = {manual: manualWish(pass), failure: failureWish(pass, now)};
	pass.plan = planSchedule({
		name: metadata.name,
		createdAt: new Date(metadata.creationTimestamp),
		spec,
		timing: timing!,
		status,
		runs,
		...wishes,
		changes: await changesOf(pass),
		now,
	});
	return proceed();
};

/** Asked only where the answer counts. */
async function changesOf(pass: SchedulePass): Promise<Changes> {
	const {schedule, status, marks, clock} = pass;
	const {lastRun, nextRunTime, unchanged, active = []} = status;
	const isDue = unchanged !== undefined || !(Date.parse(nextRunTime ?? '') > clock.now().getTime());
	if (!isDue || schedule.spec.continuous?.whenUnchanged !== 'Rest' || schedule.spec.suspend || active.length > 0 || lastRun?.outcome !== 'Succeeded' || isGone(pass, lastRun.name)) return 'unknown';
	return marks.judge(keyOf(schedule.metadata), lastRun.name, await runMatter(pass));
}

/** Who deletes the newest VolumeBackup may have removed its archive as well. Without a history the schedule itself deletes the object, which tells nothing. */
function isGone({schedule, caches}: SchedulePass, name: string): boolean {
	const {metadata, spec} = schedule;
	if (spec.historyLimits.successful === 0) return false;
	const run = caches.backups.store.get(keyOf({namespace: metadata.namespace, name}));
	return !run || isBeingDeleted(run);
}

/** A token that differs from the last one asks for a run. */
function manualWish({schedule, status, runs}: SchedulePass): Wish | undefined {
	const {metadata, spec} = schedule;
	const token = spec.triggers?.manual;
	if (token === undefined || token === status.manual?.token) return undefined;
	const name = manualRunName(metadata.name, token, status.manual);
	const made = runs.find(run => run.name === name);
	if (!made) return {name, cause: 'manual'};
	status.manual = {token, name, time: made.createdAt.toISOString()};
	return undefined;
}

const failures: ReadonlySet<RunCause> = new Set(Object.values(failureCauses));

function failureWish(pass: SchedulePass, now: Date): Wish | undefined {
	const {schedule, status, runs, caches} = pass;
	const trigger = schedule.spec.triggers?.onWorkloadFailure;
	if (!trigger) return undefined;
	const counted = new Set<RunCause>(trigger.causes.map(cause => failureCauses[cause]));
	const noted = status.workloadFailure && {at: new Date(status.workloadFailure.time), repeats: status.workloadFailure.repeats};
	// One that a crash has kept out of status counts all the same.
	const newest = runs.filter(({cause}) => failures.has(cause)).map(({createdAt}) => createdAt).toSorted((left, right) => right.getTime() - left.getTime())[0];
	const last = newest && (!noted || newest > noted.at) ? {at: newest, repeats: noted?.repeats ?? 0} : noted;
	const {incident, repeats, lookAgainAt} = chooseIncident({
		incidents: incidentsCovered(schedule, caches).filter(({cause}) => counted.has(cause)),
		last,
		minIntervalMs: trigger.minIntervalSeconds * 1000,
		since: savedSince(pass),
		now,
	});
	if (lookAgainAt) pass.incidentAt = lookAgainAt;
	if (!incident) return undefined;
	pass.incident = {...incident, repeats};
	return {name: failureRunName(schedule.metadata.name, incident), cause: incident.cause};
}

/** What failed before the newest run began is in it, unless that failed as well. */
const savedSince = ({schedule, runs}: SchedulePass): Date =>
	new Date(Math.max(Date.parse(schedule.metadata.creationTimestamp), ...runs.filter(({end}) => end?.outcome !== 'Failed').map(({createdAt}) => createdAt.getTime())));
