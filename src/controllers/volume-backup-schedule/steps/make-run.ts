import {failureCauses, labels} from '../../../api/v1alpha1/group.ts';
import type {VolumeBackup} from '../../../api/v1alpha1/volume-backup.ts';
import {isKubeError} from '../../../kube/kube-error.ts';
import {keyOf} from '../../../kube/object.ts';
import {volumeBackups} from '../../resources.ts';
import {oneLine} from '../../shared/one-line.ts';
import {proceed, stall, wait} from '../../shared/step.ts';
import type {Step, StepOutcome} from '../../shared/step.ts';
import {scheduledBackup} from '../children.ts';
import type {SchedulePass} from '../pass.ts';
import {runMatter} from '../run-matter.ts';

const tryAgainMs = 30_000;

/** Makes the run, and only then lets status say that its time is settled. Done twice, it finds the run that is there. */
export const makeRun: Step<SchedulePass> = async pass => {
	const {plan} = pass;
	const {start, replace} = plan!;
	if (start) {
		for (const name of replace) await removeRun(pass, name);
		const refused = await marked(pass, start.name);
		if (refused.kind !== 'proceed') return refused;
	}

	pass.status = plan!.status;
	if (start) noteStart(pass);
	return proceed();
};

/** What a continuous schedule's run is made of is noted before it is made, and only of runs that nobody has made before. */
async function marked(pass: SchedulePass, name: string): Promise<StepOutcome> {
	const {schedule, marks} = pass;
	if (!schedule.spec.continuous) return ensureRun(pass);
	const atMs = marks.now();
	const matter = await runMatter(pass);
	return ensureRun(pass, () => matter && marks.note(keyOf(schedule.metadata), name, matter, atMs));
}

async function removeRun({schedule, kube, signal, caches, events}: SchedulePass, name: string): Promise<void> {
	const {namespace} = schedule.metadata;
	const uid = caches.backups.store.get(`${namespace}/${name}`)?.metadata.uid;
	await kube.remove(volumeBackups, {namespace, name}, {uid}, signal);
	events.record(schedule, {type: 'Normal', reason: 'RunReplaced', action: 'Schedule', note: `VolumeBackup ${name} had not ended when the next run was due, and was deleted (concurrencyPolicy: Replace)`});
}

async function ensureRun({schedule, plan, kube, signal}: SchedulePass, made: () => void = () => undefined): Promise<StepOutcome> {
	const backup = scheduledBackup(schedule, plan!.start!);
	try {
		await kube.create(volumeBackups, backup as VolumeBackup, signal);
		made();
		return proceed();
	} catch (error) {
		if (!isKubeError(error)) throw error;
		if (error.invalid) return stall('InvalidSchedule', `the API server refuses the VolumeBackup that spec.template leads to: ${oneLine(error.message, 900)}. Mend the template; the run is made then`);
		if (!error.alreadyExists) throw error;
	}

	const {namespace, name} = backup.metadata;
	const existing = await kube.get(volumeBackups, {namespace, name}, signal);
	if (existing?.metadata.labels?.[labels.scheduleUid] === schedule.metadata.uid) return proceed();
	return wait('Retrying', `VolumeBackup ${name} exists and was not made by this schedule; the run is made when it is gone`, {retryAfterMs: tryAgainMs});
}

function noteStart(pass: SchedulePass): void {
	const {schedule, status, plan, clock, incident, events, metrics, log} = pass;
	const {name, cause, dueTime} = plan!.start!;
	const time = clock.now().toISOString();
	const {namespace} = schedule.metadata;
	status.lastRunTime = time;
	status.runs = (status.runs ?? 0) + 1;
	status.active = [...(status.active ?? []).filter(other => !plan!.replace.includes(other) && other !== name), name].slice(-10);
	if (cause === 'manual') status.manual = {token: schedule.spec.triggers!.manual!, name, time};
	const failed = incident && cause === incident.cause ? incident : undefined;
	if (failed) {
		status.workloadFailure = {cause, ...(failed.pod && {pod: failed.pod}), claimName: failed.claimNames[0]!, incidentTime: failed.time.toISOString(), time, name, repeats: failed.repeats};
		events.record(schedule, {type: 'Warning', reason: 'WorkloadFailing', action: 'Schedule', note: `${cause === failureCauses.VolumeAbnormal ? `the volume of claim ${failed.claimNames[0]} is reported as abnormal` : `pod ${failed.pod}, which mounts claim ${failed.claimNames[0]}, fails`} (${cause}): VolumeBackup ${name} saves what is there`});
	}

	metrics.scheduledRuns.inc({namespace, cause});
	log.info({backup: name, cause, due: dueTime?.toISOString()}, 'a run was made');
}
