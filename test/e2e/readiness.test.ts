import {kstatus} from '../../src/api/v1alpha1/kstatus.ts';
import {volumeBackups, volumeRestores} from '../../src/controllers/resources.ts';
import {events} from '../../src/kube/resources.ts';
import {applyBackup, applyRestore, claimWith, emptyClaim, ended, repositoryFor, spaceOf, testWith} from './_cluster.ts';
import {kubectl} from './_kubectl.ts';

const test = testWith('snapshots');

test('kubectl wait works for each kind, kstatus calls each current at its end, and events tell the story', async t => {
	const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t, {wait: false})]);
	const space = await spaceOf(t);
	const wait = async (what: string, until = '--for=condition=Ready'): Promise<string> => kubectl('wait', '--namespace', space.name, what, until, '--timeout=120s');
	t.regex(await wait(`backuprepository/${repository.name}`), /condition met/v);
	t.is(kstatus(repository.current()), 'Current');

	const backupName = await applyBackup(t, claim);
	t.regex(await wait(`volumebackup/${backupName}`), /condition met/v);
	const backup = await ended(space, volumeBackups, backupName);
	t.is(kstatus(backup), 'Current');

	const restoreName = await applyRestore(t, backup, 'fresh');
	t.regex(await wait(`volumerestore/${restoreName}`), /condition met/v);
	t.is(kstatus(await ended(space, volumeRestores, restoreName)), 'Current');

	// An object that no controller has seen yet is never taken for one that is done.
	t.is(kstatus(space.seen.versions(volumeBackups)[0]!.object), 'InProgress');
	t.is(kstatus(space.seen.versions(volumeRestores)[0]!.object), 'InProgress');

	const told = (name: string): string[] => space.seen.ever(events).filter(({regarding}) => regarding?.name === name).map(({reason}) => reason ?? '').toSorted();
	await space.seen.until('all events are there', () => told(restoreName).includes('RestoreSucceeded') && told(backupName).includes('BackupSucceeded') && told(repository.name).length > 0, 30_000);
	t.deepEqual(told(repository.name), ['RepositoryAvailable']);
	t.deepEqual(told(backupName), ['BackupSucceeded', 'MoverStarted', 'SnapshotRequested']);
	t.deepEqual(told(restoreName), ['ClaimCreated', 'MoverStarted', 'RestoreSucceeded']);
});

test('kubectl get lists all three kinds under one name, with columns that say how each went', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	const name = await applyBackup(t, claim);
	await ended(space, volumeBackups, name);
	const table = await kubectl('get', '--namespace', space.name, 'lazarette');
	t.regex(table, /offsite\s+True\s+Available\s+s3 lazarette-e2e/v);
	t.regex(table, new RegExp(`${name}\\s+True\\s+Succeeded\\s+data\\s+[\\d.]+ [KM]?i?B\\s+\\d+m?\\d*s`, 'v'));
});

test('a failed run is failed to kubectl wait and to kstatus', async t => {
	const [claim] = await Promise.all([claimWith(t, {files: 'none'}), repositoryFor(t), emptyClaim(t, {name: 'spare'})]);
	const space = await spaceOf(t);
	const name = await applyBackup(t, claim);
	t.regex(await kubectl('wait', '--namespace', space.name, `volumebackup/${name}`, '--for=jsonpath={.status.outcome}=Failed', '--timeout=120s'), /condition met/v);
	t.is(kstatus(await ended(space, volumeBackups, name)), 'Failed');
});
