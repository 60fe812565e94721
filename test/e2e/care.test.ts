import {annotations, scheduleTag} from '../../src/api/v1alpha1/group.ts';
import {volumeBackupSchedules} from '../../src/controllers/resources.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import {pods, serviceAccounts} from '../../src/kube/resources.ts';
import {careCondition, everyMinute, patchRepository, repositoryThat, soonOnly} from './_care.ts';
import {backUp, claimWith, repositoryFor, restic, spaceOf, testWith} from './_cluster.ts';
import {moverJobs} from './_movers.ts';

const test = testWith('snapshots');
const direct = {capture: {method: 'Direct'}} as const;

test('retention says what it would remove, removes it once accepted, a prune frees the space, and restic finds the repository clean', async t => {
	const [claim, other] = [await claimWith(t), await claimWith(t, {name: 'other'})];
	const space = await spaceOf(t);
	await space.create(serviceAccounts, {metadata: {name: 'keeper'}});
	const repository = await repositoryFor(t, {spec: {retention: {last: 2}, maintenance: {prune: {cron: everyMinute}, jitterSeconds: 0, serviceAccountName: 'keeper'}}});
	for (let run = 0; run < 4; run++) t.is((await backUp(t, claim, {...direct, tags: [`run-${run}`]})).status.outcome, 'Succeeded');
	const alone = await backUp(t, other, direct);

	const reviewed = await repositoryThat(repository, 'shows what retention would remove', ({status}) => status.retention?.review?.[0]?.remove === 2 && status.retention.review[0].keep === 3);
	const {review, examples, fingerprint} = reviewed.status.retention!;
	t.is(review!.length, 1);
	t.deepEqual(examples?.map(({path}) => path), ['/data', '/data']);
	t.is(JSON.parse(await restic(repository, 'snapshots', '--json')).length, 5, 'nothing is removed before it is accepted');

	await patchRepository(repository, {metadata: {annotations: {[annotations.acceptRetention]: fingerprint}}});
	const thinned = await repositoryThat(repository, 'has applied retention', ({status}) => status.maintenance?.forget?.removed === 2 && status.archives === 3);
	t.deepEqual(thinned.status.retention?.removed?.map(({id}) => id).toSorted(), examples?.map(({id}) => id).toSorted(), 'exactly what was shown has gone');
	const left = JSON.parse(await restic(repository, 'snapshots', '--json')) as Array<{id: string; tags?: string[]; paths: string[]}>;
	t.deepEqual(left.flatMap(({tags}) => tags ?? []).toSorted(), ['run-2', 'run-3']);
	t.true(left.some(({id}) => id === alone.status.volumes[0].archive), 'the only archive of a claim stays');

	const pruned = await repositoryThat(repository, 'was pruned', object => careCondition(object, 'Maintained')?.status === 'True' && Date.parse(object.status.maintenance?.prune?.lastTime ?? '') > Date.parse(thinned.status.maintenance?.forget?.lastTime ?? ''));
	t.is(careCondition(pruned, 'Maintained')?.reason, 'MaintainedInTime');
	t.regex(await restic(repository, 'check', '--read-data'), /no errors were found/v);
	t.deepEqual(await repository.store!.keys('locks/'), []);

	// Care alone runs under the account that the spec names for it, and without its token like any mover.
	const isCare = ({metadata}: KubeObject): boolean => JSON.parse(metadata.annotations?.[annotations.moverRequest] ?? '{}').task?.kind === 'maintain';
	const movers = space.seen.ever(pods).filter(({metadata}) => metadata.annotations?.[annotations.moverRequest]);
	t.deepEqual([...new Set(movers.map(pod => `${isCare(pod) ? 'care' : 'others'}: ${pod.spec?.serviceAccountName}`))].toSorted(), ['care: keeper', 'others: default']);
});

test('a schedule\'s own retention goes before the repository\'s, for its archives alone', async t => {
	const claim = await claimWith(t);
	const space = await spaceOf(t);
	const repository = await repositoryFor(t, {spec: {retention: {last: 50}, maintenance: {forget: {cron: everyMinute}, jitterSeconds: 0, retentionGraceSeconds: 0}}});
	await space.create(volumeBackupSchedules, {
		metadata: {name: 'nightly'},
		spec: {cron: '0 2 * * *', suspend: true, retention: {last: 1}, template: {spec: {repositoryRef: {name: repository.name}, source: {claimName: claim.name}}}},
	});
	const made: string[] = [];
	for (const tags of [[], [], [scheduleTag(space.name, 'nightly')], [scheduleTag(space.name, 'nightly')]]) made.push((await backUp(t, claim, {...direct, tags})).status.volumes[0].archive!);

	const thinned = await repositoryThat(repository, 'has applied the schedule\'s retention', ({status}) => status.retention?.removed);
	t.deepEqual(thinned.status.retention?.removed?.map(({id}) => id), [made[2]!]);
	t.deepEqual((JSON.parse(await restic(repository, 'snapshots', '--json')) as Array<{id: string}>).map(({id}) => id).toSorted(), [made[0]!, made[1]!, made[3]!].toSorted());
});

test('a check reads the data and says so, and damage is told by the name of the file', async t => {
	const claim = await claimWith(t);
	const repository = await repositoryFor(t);
	t.is((await backUp(t, claim, direct)).status.outcome, 'Succeeded');
	t.is(careCondition(repository.current(), 'Checked'), undefined);
	await patchRepository(repository, {spec: {maintenance: {check: {cron: soonOnly(), fullEveryDays: 1}, jitterSeconds: 0}}});
	await repositoryThat(repository, 'waits for its first check', object => careCondition(object, 'Checked')?.status === 'Unknown');
	const proven = await repositoryThat(repository, 'was checked', object => careCondition(object, 'Checked')?.status === 'True');
	t.is(careCondition(proven, 'Checked')?.reason, 'DataProven');
	t.like(proven.status.maintenance?.check, {parts: 1, problems: 0});
	t.true((proven.status.maintenance?.check?.bytesRead ?? 0) > 100_000);

	const space = await spaceOf(t);
	const pack = (await repository.store!.keys('data/'))[0]!;
	await repository.store!.damage(pack);
	await patchRepository(repository, {spec: {maintenance: {check: {cron: soonOnly()}}}});
	const damaged = await repositoryThat(repository, 'is found damaged', object => careCondition(object, 'Checked')?.reason === 'RepositoryDamaged');
	t.true(careCondition(damaged, 'Checked')?.message.includes(pack), careCondition(damaged, 'Checked')?.message);
	t.true(damaged.status.maintenance?.check?.findings?.some(({object}) => object === pack));
	t.true(moverJobs(space, damaged).filter(({metadata}) => metadata.annotations?.[annotations.care]).length <= 3);
});
