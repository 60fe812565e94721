import {annotations, deletionConfirmed} from '../../src/api/v1alpha1/group.ts';
import {backupRepositories, volumeBackups} from '../../src/controllers/resources.ts';
import {events} from '../../src/kube/resources.ts';
import {backUp, claimWith, repositoryFor, spaceOf, testWith} from './_cluster.ts';
import type {Space} from './_cluster.ts';
import type {Repository} from './_repository.ts';

const test = testWith('snapshots');
const withArchives = {capture: {method: 'Direct'}, deletionPolicy: 'Delete'} as const;

/** Events are written a little later. */
const told = async ({seen}: Space, reason: string, times: number): Promise<unknown> =>
	seen.until(`${times} Events say ${reason}`, () => new Set(seen.ever(events).filter(event => event.reason === reason).map(({regarding}) => regarding?.name)).size === times, 30_000);
const snapshots = async ({store}: Repository): Promise<string[]> => (await store!.keys('snapshots/')).map(key => key.slice('snapshots/'.length));
const gone = async ({seen}: Space, name: string): Promise<unknown> => seen.until(`VolumeBackup ${name} is gone`, () => !seen.get(volumeBackups, name), 180_000);

test('a VolumeBackup with deletionPolicy Delete takes its archive with it, but not the last good one of its claim', async t => {
	const claim = await claimWith(t);
	const repository = await repositoryFor(t);
	const space = await spaceOf(t);
	const first = await backUp(t, claim, {...withArchives, name: 'first'});
	const second = await backUp(t, claim, {...withArchives, name: 'second'});
	const kept = await backUp(t, claim, {capture: {method: 'Direct'}, name: 'kept'});

	await space.kube.remove(volumeBackups, {namespace: space.name, name: 'kept'}, {}, space.signal);
	await gone(space, 'kept');
	t.is((await snapshots(repository)).length, 3, 'deletionPolicy Retain keeps it');

	await space.kube.remove(volumeBackups, {namespace: space.name, name: 'first'}, {}, space.signal);
	await gone(space, 'first');
	t.false((await snapshots(repository)).includes(first.status.volumes[0].archive!));
	await told(space, 'ArchivesRemoved', 1);

	const last = await backUp(t, claim, {...withArchives, name: 'last'});
	await space.kube.remove(volumeBackups, {namespace: space.name, name: 'last'}, {}, space.signal);
	await gone(space, 'last');
	t.true((await snapshots(repository)).includes(last.status.volumes[0].archive!), 'the last good archive stays');
	await told(space, 'ArchivesRetained', 1);

	await space.kube.mergePatch(volumeBackups, {namespace: space.name, name: 'second'}, {metadata: {annotations: {[annotations.confirmDeletion]: deletionConfirmed}}}, space.signal);
	await space.kube.remove(volumeBackups, {namespace: space.name, name: 'second'}, {}, space.signal);
	await gone(space, 'second');
	t.deepEqual((await snapshots(repository)).toSorted(), [kept, last].map(({status}) => status.volumes[0].archive!).toSorted());
	t.false((await snapshots(repository)).includes(second.status.volumes[0].archive!));
});

test('many deletions at once, the end of the repository\'s object and the end of the namespace remove no archive', async t => {
	const claim = await claimWith(t);
	const repository = await repositoryFor(t);
	const space = await spaceOf(t);
	const names = Array.from({length: 13}, (_, index) => `run-${index}`);
	for (const name of names) await backUp(t, claim, {...withArchives, name});
	const all = await snapshots(repository);
	t.is(all.length, names.length);

	const many = names.slice(0, 11);
	for (const name of many) await space.kube.remove(volumeBackups, {namespace: space.name, name}, {}, space.signal);
	for (const name of many) await gone(space, name);
	await told(space, 'ArchivesRetained', many.length);
	t.deepEqual(await snapshots(repository), all);

	await space.kube.remove(backupRepositories, {namespace: space.name, name: repository.name}, {}, space.signal);
	await space.kube.remove(volumeBackups, {namespace: space.name, name: names[11]!}, {}, space.signal);
	await gone(space, names[11]!);
	t.true((await space.dissolve()) < 60, 'the namespace is not held up by the archives');
	t.deepEqual(await snapshots(repository), all);
});
