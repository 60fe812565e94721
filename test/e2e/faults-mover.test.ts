import {labels} from '../../src/api/v1alpha1/group.ts';
import {pods} from '../../src/kube/resources.ts';
import {volumeBackups, volumeRestores} from '../../src/controllers/resources.ts';
import {applyBackup, applyRestore, backUp, claimWith, conditionOf, ended, noLeftovers, repositoryFor, restic, restoreInto, sameTree, spaceOf, storeGate, testWith, treeOf} from './_cluster.ts';
import {killProgram, moverJobs, runningMover} from './_movers.ts';
import type {Moment, SeenRequest} from './_store-gate.ts';

const test = testWith('test-classes', 'node');
const testAnywhere = testWith('snapshots');

const plain = {storageClass: 'plain'} as const;

/** A request of a mover to a part of its repository. */
const request = (method: string, part: string) => ({method: seen, path}: SeenRequest): boolean => seen === method && path.includes(`/${part}/`);

/** The moments of a backup at which a death leaves something different behind. */
const moments: Array<[title: string, moment: Moment, way: 'kill' | 'delete']> = [
	['before its lock is in the repository', {matches: request('PUT', 'locks'), when: 'before'}, 'kill'],
	['with its lock in the repository', {matches: request('PUT', 'locks'), when: 'after'}, 'kill'],
	['before its data is stored', {matches: request('PUT', 'data'), when: 'before'}, 'delete'],
	['when its data is stored and no index names it', {matches: request('PUT', 'index'), when: 'before'}, 'kill'],
	['before its archive becomes visible', {matches: request('PUT', 'snapshots'), when: 'before'}, 'kill'],
	['when its archive is visible and it does not know yet', {matches: request('PUT', 'snapshots'), when: 'after'}, 'kill'],
	['while it gives its lock back', {matches: request('DELETE', 'locks'), when: 'before'}, 'delete'],
];

for (const [title, moment, way] of moments) {
	test(`a mover that dies ${title} (${way === 'kill' ? 'SIGKILL' : 'its pod is deleted'}) is followed by one that succeeds`, async t => {
		const gate = await storeGate(t);
		const [claim, repository] = await Promise.all([claimWith(t, plain), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
		const space = await spaceOf(t);

		const reached = gate.stopAt(moment);
		const name = await applyBackup(t, claim);
		await reached;
		const pod = await runningMover(space, space.seen.get(volumeBackups, name)!);
		if (way === 'kill') await killProgram(pod);
		else await space.remove(pods, pod.metadata.name, {gracePeriodSeconds: 0, wait: false});
		await space.seen.until('the mover is dead', () => isOver(pod.metadata.name));
		gate.open();

		const backup = await ended(space, volumeBackups, name);
		t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
		t.is(backup.status.volumes![0]!.attempts, 2);
		t.is(moverJobs(space, backup).length, 2);
		t.regex(await restic(repository, 'check', '--read-data'), /no errors were found/v);
		await sameTree(t, await restoreInto(t, backup, 'fresh', plain), claim);
		await noLeftovers(t);

		function isOver(podName: string): boolean {
			const last = space.seen.get(pods, podName);
			return !last || last.status?.containerStatuses?.every(({state}) => state?.terminated) === true;
		}
	});
}

test('a mover whose pod is asked to go gives its lock back and says so, and the next one succeeds', async t => {
	const gate = await storeGate(t);
	const [claim, repository] = await Promise.all([claimWith(t, plain), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
	const space = await spaceOf(t);
	const reached = gate.stopAt({matches: request('PUT', 'data'), when: 'after'});
	const name = await applyBackup(t, claim);
	const held = await reached;
	const pod = await runningMover(space, space.seen.get(volumeBackups, name)!);
	const asked = space.remove(pods, pod.metadata.name);
	// It has heard of it once it no longer waits for the store's answer.
	await held.gone();
	gate.open();
	await asked;
	const backup = await ended(space, volumeBackups, name);
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	t.is(backup.status.volumes![0]!.attempts, 2);
	t.regex(await restic(repository, 'check', '--read-data'), /no errors were found/v);
	await noLeftovers(t);
});

test('a restore whose mover dies goes on in the volume that it had begun to fill', async t => {
	const gate = await storeGate(t);
	const [claim] = await Promise.all([claimWith(t, plain), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
	const space = await spaceOf(t);
	const original = await treeOf(claim);
	const backup = await backUp(t, claim);

	// The first data that is asked for are trees; by the second one, files are being made.
	let asked = 0;
	const reached = gate.stopAt({matches: seen => request('GET', 'data')(seen) && ++asked === 2, when: 'before'});
	const name = await applyRestore(t, backup, 'fresh', plain);
	await reached;
	await killProgram(await runningMover(space, space.seen.get(volumeRestores, name)!));
	gate.open();

	const restore = await ended(space, volumeRestores, name);
	t.is(restore.status.outcome, 'Succeeded', conditionOf(restore, 'Ready')?.message);
	t.is(restore.status.attempts, 2);
	await sameTree(t, {name: 'fresh', space}, original);
	await noLeftovers(t);
});

testAnywhere('a mover that is killed for its memory limit says so, and how to mend it', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	const resources = {requests: {cpu: '10m', memory: '16Mi'}, limits: {memory: '32Mi'}};
	const backup = await backUp(t, claim, {mover: {resources}, retry: {limit: 0}});
	t.is(backup.status.outcome, 'Failed');
	t.like(conditionOf(backup, 'Ready'), {status: 'False', reason: 'MoverOutOfMemory'});
	t.regex(conditionOf(backup, 'Ready')!.message, /raise mover\.resources\.limits\.memory/v);
	t.is(moverJobs(space, backup).length, 1);
	t.deepEqual(space.seen.present(pods).filter(({metadata}) => metadata.labels?.[labels.attempt] === '2'), []);
	await noLeftovers(t);
});

testAnywhere('a run whose every attempt fails ends after as many as its budget allows, and says what the last one met', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	const resources = {requests: {cpu: '10m', memory: '16Mi'}, limits: {memory: '32Mi'}};
	const backup = await backUp(t, claim, {mover: {resources}, retry: {limit: 1}});
	t.like(conditionOf(backup, 'Ready'), {status: 'False', reason: 'RetriesExhausted'});
	t.regex(conditionOf(backup, 'Ready')!.message, /2 attempts failed, and retry\.limit allows no more; the last: MoverOutOfMemory/v);
	t.is(moverJobs(space, backup).length, 2);
	await noLeftovers(t);
});
