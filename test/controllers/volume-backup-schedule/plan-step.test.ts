import test from 'ava';
import {labels} from '../../../src/api/v1alpha1/group.ts';
import type {VolumeBackup} from '../../../src/api/v1alpha1/volume-backup.ts';
import {createClaimWriters} from '../../../src/controllers/shared/claim-writers.ts';
import {bySchedule, byClaim, mountedClaims, scheduleUid} from '../../../src/controllers/shared/indexes.ts';
import {createRunMarks} from '../../../src/controllers/shared/run-marks.ts';
import type {PassTools} from '../../../src/controllers/shared/services.ts';
import {beginPass} from '../../../src/controllers/volume-backup-schedule/pass.ts';
import type {SchedulePass} from '../../../src/controllers/volume-backup-schedule/pass.ts';
import {runMatter} from '../../../src/controllers/volume-backup-schedule/run-matter.ts';
import {observeRuns} from '../../../src/controllers/volume-backup-schedule/steps/observe-runs.ts';
import {plan} from '../../../src/controllers/volume-backup-schedule/steps/plan.ts';
import {readSpec} from '../../../src/controllers/volume-backup-schedule/steps/read-spec.ts';
import {Store} from '../../../src/kube/cache/store.ts';
import type {KubeObject} from '../../../src/kube/object.ts';
import type {PersistentVolumeClaim, Pod} from '../../../src/kube/resources.ts';
import {manualClock} from '../../kube/_manual-clock.ts';
import {backup, claim, repository} from '../_objects.ts';
import {schedule} from './_schedule.ts';

const minute = 60_000;
const cacheOf = <T extends KubeObject>(store: Store<T>) => ({store, synced: true, completeSinceMs: -60 * minute, resource: undefined as never, subscribe: (listener: Parameters<Store<T>['subscribe']>[0]) => store.subscribe(listener)});

/** An hour after a run of a continuous schedule, whose claim nobody has mounted; `remains` is what became of its VolumeBackup. */
async function anHourLater(historyLimits: {successful: number; failed: number}, remains: (run: VolumeBackup) => VolumeBackup | undefined): Promise<SchedulePass> {
	const clock = manualClock();
	await clock.advance(60 * minute);
	const madeAt = clock.now().toISOString();
	const pods = cacheOf(new Store<Pod>({[byClaim]: mountedClaims}));
	const claims = cacheOf(new Store<PersistentVolumeClaim>());
	const repositories = cacheOf(new Store<ReturnType<typeof repository>>());
	const backups = cacheOf(new Store<VolumeBackup>({[bySchedule]: scheduleUid}));
	claims.store.put(claim());
	repositories.store.put(repository());
	const marks = createRunMarks({writers: createClaimWriters({pods, claims, clock, followedMs: 10 * minute}), clock});

	const made = backup({}, {observedGeneration: 1, outcome: 'Succeeded', startTime: madeAt, completionTime: madeAt});
	const run = {...made, metadata: {...made.metadata, name: 'nightly-1', creationTimestamp: madeAt, labels: {[labels.scheduleUid]: schedule().metadata.uid ?? ''}}};
	const remaining = remains(run);
	if (remaining) backups.store.put(remaining);

	const {spec: {cron: _cron, ...spec}, ...object} = schedule({continuous: {targetLagSeconds: 3600, whenUnchanged: 'Rest'}, historyLimits}, {
		observedGeneration: 1,
		consideredTime: madeAt,
		lastSuccessStartTime: madeAt,
		lastSuccessTime: madeAt,
		lastRun: {name: run.metadata.name, cause: 'continuous', outcome: 'Succeeded', startTime: madeAt, completionTime: madeAt},
	});
	const pass = beginPass({...object, spec}, {caches: {pods, claims, repositories, backups}, marks, clock, signal: new AbortController().signal} as unknown as PassTools);
	marks.note('shop/nightly', run.metadata.name, (await runMatter(pass))!, clock.monotonicMs());
	await clock.advance(60 * minute);
	for (const step of [observeRuns, readSpec, plan]) await step(pass);
	return pass;
}

test('while nobody writes no run is made, as long as the newest one is there to be restored', async t => {
	const {plan} = await anHourLater({successful: 3, failed: 3}, run => run);
	t.is(plan?.start, undefined);
	t.not(plan?.status.unchanged, undefined);
});

test('when the newest VolumeBackup was deleted, or is being deleted, a run is made although nobody wrote', async t => {
	const gone = await anHourLater({successful: 3, failed: 3}, () => undefined);
	t.is(gone.plan?.start?.cause, 'continuous');
	const going = await anHourLater({successful: 3, failed: 3}, run => ({...run, metadata: {...run.metadata, deletionTimestamp: run.metadata.creationTimestamp}}));
	t.is(going.plan?.start?.cause, 'continuous');
});

test('a schedule that keeps no history deletes its newest VolumeBackup itself, and rests all the same', async t => {
	const {plan} = await anHourLater({successful: 0, failed: 0}, () => undefined);
	t.is(plan?.start, undefined);
	t.not(plan?.status.unchanged, undefined);
});
