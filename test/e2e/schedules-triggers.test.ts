import {volumeBackups, volumeBackupSchedules} from '../../src/controllers/resources.ts';
import {events, pods} from '../../src/kube/resources.ts';
import {toMicroTime} from '../../src/kube/micro-time.ts';
import {statefulSets} from '../../src/kube/workloads.ts';
import {applySchedule, claimWith, conditionOf, ended, repositoryFor, restic, spaceOf, testWith, useClaim} from './_cluster.ts';
import {change, everyRunOf, observed, runsOf, scheduleOf} from './_schedules.ts';
import type {Space} from './_cluster.ts';

const test = testWith('snapshots');

/** A pod of a workload that mounts the claim and whose container is started again whenever it ends. */
const workload = async (space: Space, claimName: string, script: string): Promise<unknown> =>
	space.create(pods, {
		metadata: {name: 'shop'},
		spec: {
			restartPolicy: 'Always',
			terminationGracePeriodSeconds: 0,
			automountServiceAccountToken: false,
			containers: [{name: 'main', image: space.world.busybox, command: ['sh', '-ec', script], resources: {limits: {memory: '32Mi'}}, volumeMounts: [{name: 'data', mountPath: '/data'}]}],
			volumes: [{name: 'data', persistentVolumeClaim: {claimName}}],
		},
	});

for (const [what, script, cause] of [
	['crashes again and again', 'sleep 1; exit 1', 'crash-loop'],
	['is killed for its memory', 'head -c 200000000 /dev/zero | tail', 'oom'],
] as const) {
	test(`a workload that ${what} leads to one extra backup, tagged with the cause`, async t => {
		const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t), claimWith(t, {name: 'other'})]);
		const space = await spaceOf(t);
		await Promise.all([
			applySchedule(t, {source: {claimName: claim.name}, triggers: {onWorkloadFailure: {causes: cause === 'oom' ? ['OutOfMemory'] : ['CrashLoop']}}}),
			applySchedule(t, {name: 'unconcerned', source: {claimName: 'other'}, triggers: {onWorkloadFailure: {}}}),
		]);
		await Promise.all([observed(space), observed(space, 'unconcerned')]);
		await workload(space, claim.name, script);

		const told = await space.seen.until('the failure is noted', () => scheduleOf(space)?.status.workloadFailure && scheduleOf(space));
		t.like(told.status.workloadFailure, {cause, pod: 'shop', claimName: claim.name, repeats: 0});
		const run = await ended(space, volumeBackups, told.status.workloadFailure!.name);
		t.is(run.status.outcome, 'Succeeded', conditionOf(run, 'Ready')?.message);
		t.is(run.metadata.labels?.['lazarette.dev/cause'], cause);
		const [archive] = JSON.parse(await restic(repository, 'snapshots', '--json')) as [{tags: string[]}];
		t.deepEqual(archive.tags, [`schedule=${space.name}/nightly`, `cause=${cause}`]);
		await space.seen.until('an Event tells it', () => space.seen.ever(events).some(({reason, note}) => reason === 'WorkloadFailing' && note?.includes('pod shop')));

		// It goes on failing, and the least interval is an hour.
		const restarts = (): number => space.seen.get(pods, 'shop')?.status?.containerStatuses?.[0]?.restartCount ?? 0;
		const before = restarts();
		await space.seen.until('it has failed twice more', () => restarts() >= before + 1, 120_000);
		t.is(everyRunOf(space).length, 1);
		t.deepEqual(everyRunOf(space, 'unconcerned'), []);
	});
}

test('a continuous schedule rests while no pod can write to its claim, says so, and goes on when one comes', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	await applySchedule(t, {source: {claimName: claim.name}, continuous: {targetLagSeconds: 60}});
	const resting = await space.seen.until('it rests', () => conditionOf(scheduleOf(space), 'Ready')?.reason === 'NothingChanged' && scheduleOf(space), 420_000);
	const {unchanged, lastSuccessStartTime, nextRunTime} = resting.status;
	t.like(conditionOf(resting, 'Ready'), {status: 'True'});
	t.is(resting.status.skipped?.unchanged, 1);
	t.is(Date.parse(nextRunTime!) - Date.parse(lastSuccessStartTime!), 86_400_000);
	const runs = everyRunOf(space).length;

	await useClaim(t, claim);
	const woken = await space.seen.until('it is due again', () => (scheduleOf(space)?.status.unchanged?.untilTime ? scheduleOf(space) : undefined));
	t.is(woken.status.unchanged!.sinceTime, unchanged!.sinceTime);
	t.true(Date.parse(woken.status.nextRunTime!) - Date.parse(woken.status.unchanged!.untilTime!) <= 60_000);
	t.is(everyRunOf(space).length, runs, 'no run was made while it rested');
});

test('a volume that its storage driver reports as abnormal leads to one extra backup, whether or not a pod mounts it', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t), claimWith(t, {name: 'other'})]);
	const space = await spaceOf(t);
	await Promise.all([
		applySchedule(t, {source: {claimName: claim.name}, triggers: {onWorkloadFailure: {}}}),
		applySchedule(t, {name: 'unconcerned', source: {claimName: 'other'}, triggers: {onWorkloadFailure: {}}}),
	]);
	await Promise.all([observed(space), observed(space, 'unconcerned')]);
	// As the external health monitor writes it. Another reason about the same claim is no report.
	const about = {kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace: space.name, name: claim.name};
	const report = async (name: string, reason: string): Promise<unknown> => space.create(events, {metadata: {name}, regarding: about, reason, type: 'Warning', note: 'the mount point is gone', action: 'Check', reportingController: 'external-health-monitor', reportingInstance: 'monitor-0', eventTime: toMicroTime(new Date())});
	await report('data.1', 'VolumeResizeFailed');
	await report('data.2', 'VolumeConditionAbnormal');

	const told = await space.seen.until('the report is noted', () => scheduleOf(space)?.status.workloadFailure && scheduleOf(space));
	t.like(told.status.workloadFailure, {cause: 'volume-abnormal', pod: undefined, claimName: claim.name, repeats: 0});
	const run = await ended(space, volumeBackups, told.status.workloadFailure!.name);
	t.is(run.status.outcome, 'Succeeded', conditionOf(run, 'Ready')?.message);
	await space.seen.until('an Event tells it', () => space.seen.ever(events).some(({reason, note}) => reason === 'WorkloadFailing' && note?.startsWith(`the volume of claim ${claim.name} is reported as abnormal`)));
	t.is(everyRunOf(space).length, 1);
	t.deepEqual(everyRunOf(space, 'unconcerned'), []);
});

test('a schedule of a StatefulSet saves the claims of its templates, those of pods that do not run included', async t => {
	const [, repository] = await Promise.all([claimWith(t, {name: 'data-shop-0'}), repositoryFor(t), claimWith(t, {name: 'data-shop-1'}), claimWith(t, {name: 'data-shop-extra'})]);
	const space = await spaceOf(t);
	await applySchedule(t, {source: {workloadRef: {kind: 'StatefulSet', name: 'shop'}}});
	await observed(space);
	await change(space, {triggers: {manual: 'now'}});
	const {name} = (await space.seen.until('the token is answered', () => scheduleOf(space)?.status.manual?.token === 'now' && scheduleOf(space))).status.manual!;
	const stalled = await space.seen.until('the workload is missed', () => {
		const run = space.seen.get(volumeBackups, name!);
		return conditionOf(run, 'Ready')?.reason === 'WorkloadNotFound' ? run : undefined;
	});
	t.regex(conditionOf(stalled, 'Ready')!.message, /StatefulSet shop of namespace \S+ does not exist/v);

	await space.create(statefulSets, {
		metadata: {name: 'shop'},
		spec: {
			replicas: 0,
			serviceName: 'shop',
			selector: {matchLabels: {app: 'shop'}},
			template: {metadata: {labels: {app: 'shop'}}, spec: {containers: [{name: 'main', image: space.world.busybox, command: ['sleep', '3600']}]}},
			volumeClaimTemplates: [{metadata: {name: 'data'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}}}],
		},
	});
	const run = await ended(space, volumeBackups, name!);
	t.is(run.status.outcome, 'Succeeded', conditionOf(run, 'Ready')?.message);
	t.deepEqual(run.status.volumes?.map(({claimName}) => claimName), ['data-shop-0', 'data-shop-1']);
	t.is((JSON.parse(await restic(repository, 'snapshots', '--json')) as unknown[]).length, 2);
});

test('a continuous schedule keeps its newest archive younger than the target, one run after another', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	await useClaim(t, claim);
	await applySchedule(t, {source: {claimName: claim.name}, continuous: {targetLagSeconds: 60}});
	const fresh = await observed(space);
	t.deepEqual(runsOf(space), []);
	t.true(Date.parse(fresh.status.nextRunTime!) - Date.parse(fresh.metadata.creationTimestamp) >= 30_000);
	await space.seen.until('two runs have ended', () => runsOf(space).filter(({status}) => status.outcome).length >= 2, 240_000);
	const [first, second] = runsOf(space).map(({status}) => status).toSorted((left, right) => Date.parse(left.startTime!) - Date.parse(right.startTime!));
	t.true(Date.parse(second!.startTime!) >= Date.parse(first!.completionTime!), 'two runs at once');
	// What was planned between the two. How much longer a run takes than the one before is the machine's doing.
	const planned = space.seen.versions(volumeBackupSchedules).flatMap(({object: {status}}) => (status.lastRun?.startTime === first!.startTime && status.nextRunTime ? [Date.parse(status.nextRunTime)] : []));
	const tookMs = Date.parse(first!.completionTime!) - Date.parse(first!.startTime!);
	t.true(planned.length > 0);
	for (const at of planned) t.true(at <= Math.max(Date.parse(first!.completionTime!) + 1000, Date.parse(first!.startTime!) + 61_000 - tookMs), 'the archive would get older than the target');
	await space.remove(volumeBackupSchedules, 'nightly');
	t.true(runsOf(space).length >= 2, 'the runs went with their schedule');
});
