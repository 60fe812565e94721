import type {ExecutionContext} from 'ava';
import {annotations} from '../../src/api/v1alpha1/group.ts';
import type {MoverRequest, MoverResult} from '../../src/api/v1alpha1/mover-contract.ts';
import {backupRepositories, volumeBackups} from '../../src/controllers/resources.ts';
import {events} from '../../src/kube/resources.ts';
import {applyBackup, backUp, claimWith, conditionOf, ended, noLeftovers, repositoryFor, restic, spaceOf, storeGate, testWith, waitForReason} from './_cluster.ts';
import {reasonsOf} from './_conditions.ts';
import type {Space, StoreGate} from './_cluster.ts';
import {mostMoversAtOnce, orderOfStarts} from './_mover-times.ts';
import {moverJobs, moverPods, moverResults, runningMover} from './_movers.ts';
import {killOperator} from './_operator.ts';

const test = testWith('node');

/** Several runs of one claim that read it directly: the queue is all that keeps them apart. */
const applyRuns = async (t: ExecutionContext, claim: {name: string}, count: number, {first = 1, ...spec}: {first?: number; [field: string]: unknown} = {}): Promise<string[]> => {
	const names: string[] = [];
	for (let number = first; number < first + count; number++) names.push(await applyBackup(t, claim, {name: `run-${number}`, capture: {method: 'Direct'}, ...spec}));
	return names;
};

/** A repository that takes one mover, the first of which is held at its first upload. */
async function queueBehindOne(t: ExecutionContext, count: number): Promise<{space: Space; gate: StoreGate; names: string[]}> {
	const gate = await storeGate(t);
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}, spec: {limits: {parallelMovers: 1}}})]);
	const space = await spaceOf(t);
	const reached = gate.stopAt({matches: ({method, path}) => method === 'PUT' && path.includes('/data/'), when: 'before'});
	const names = await applyRuns(t, claim, 1);
	await reached;
	// Before that any of them may be the first to ask.
	names.push(...(await applyRuns(t, claim, count - 1, {first: 2})));
	await space.seen.until('all runs behind the first are queued', () => names.slice(1).every(name => conditionOf(space.seen.get(volumeBackups, name), 'Ready')?.reason === 'Queued'));
	return {space, gate, names};
}

const inOrder = ({seen}: Space, names: readonly string[]): string[] => names.map(name => seen.get(volumeBackups, name)!.metadata.uid);

test('a repository that takes one mover has never two, runs come in the order in which they were made, and each tells its place meanwhile', async t => {
	const {space, gate, names} = await queueBehindOne(t, 5);
	const places = names.slice(1).map(name => conditionOf(space.seen.get(volumeBackups, name), 'Ready')!.message);
	for (const place of places) t.regex(place, /^[1-4](?:st|nd|rd|th) of [1-4]; limit of repository offsite is 1 mover$/v);
	t.regex(places[0]!, /^1st of /v);

	gate.open();
	for (const name of names) t.is((await ended(space, volumeBackups, name)).status.outcome, 'Succeeded', name);
	t.is(mostMoversAtOnce(space), 1);
	t.deepEqual(orderOfStarts(space), inOrder(space, names));
	t.is(moverJobs(space, space.seen.get(volumeBackups, names[4]!)).length, 1);
	await noLeftovers(t);
});

test.serial('an operator that is killed forgets nothing of the queue: the limit holds, and so does the order', async t => {
	const {space, gate, names} = await queueBehindOne(t, 4);
	await runningMover(space, space.seen.get(volumeBackups, names[0]!)!);
	await killOperator(space, 'SIGKILL');
	gate.open();
	for (const name of names) t.is((await ended(space, volumeBackups, name)).status.outcome, 'Succeeded', name);
	t.is(mostMoversAtOnce(space), 1);
	t.deepEqual(orderOfStarts(space), inOrder(space, names));
});

test('while the store is down the circuit opens, runs wait without a heap of Jobs, and when it is back they go on by themselves', async t => {
	const gate = await storeGate(t);
	const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}, spec: {limits: {parallelMovers: 2}}})]);
	const space = await spaceOf(t);
	await gate.close();
	const names = await applyRuns(t, claim, 6);
	const open = await waitForReason(space, backupRepositories, 'offsite', 'CircuitOpen', 300_000);
	t.is(open.status.circuit?.state, 'Open');
	t.regex(conditionOf(open, 'Ready')!.message, /^3 probes in a row failed, the last with StoreUnreachable: .*the next probe starts at/v);
	const waiting = await waitForReason(space, volumeBackups, names[5]!, 'CircuitOpen');
	t.regex(conditionOf(waiting, 'Ready')!.message, /BackupRepository offsite is not Ready: 3 probes in a row failed/v);
	const ofRuns = names.flatMap(name => moverJobs(space, space.seen.get(volumeBackups, name)));
	t.true(ofRuns.length <= 4, `${ofRuns.length} Jobs for 6 runs of a repository that takes 2 movers`);

	await gate.reopen();
	for (const name of names) t.is((await ended(space, volumeBackups, name, 300_000)).status.outcome, 'Succeeded', name);
	t.true(mostMoversAtOnce(space) <= 2);
	t.true(reasonsOf(space, backupRepositories, 'offsite').filter(reason => reason === 'CircuitOpen').length === 1);
	const told = space.seen.ever(events).filter(({regarding, note}) => regarding?.kind === 'BackupRepository' && note?.startsWith('CircuitOpen'));
	t.is(told.length, 1, 'the open circuit is told once');
	t.regex(await restic(repository, 'check'), /no errors were found/v);
	await noLeftovers(t);
});

test('a backup that needs more than its budget ends, says so, and leaves no archive', async t => {
	const [claim, repository] = await Promise.all([claimWith(t, {files: {script: 'head -c 8000000 /dev/urandom > noise'}}), repositoryFor(t)]);
	const space = await spaceOf(t);
	const name = await applyBackup(t, claim, {capture: {method: 'Direct'}, mover: {budget: {bytes: 2_000_000}}, retry: {limit: 3}} as never);
	const backup = await ended(space, volumeBackups, name);
	t.is(backup.status.outcome, 'Failed');
	t.is(conditionOf(backup, 'Ready')?.reason, 'BudgetExceeded');
	t.regex(conditionOf(backup, 'Ready')!.message, /the 2000000 bytes that mover\.budget allows/v);
	t.is(moverJobs(space, backup).length, 1, 'what would exceed again is not tried again');
	t.deepEqual(JSON.parse(await restic(repository, 'snapshots', '--json')), []);
	t.is((await repository.store!.keys('locks/')).length, 0);
	await noLeftovers(t);
});

test('a repository\'s speed limit reaches each of its movers, which keep to it', async t => {
	const upload = 1_000_000;
	const [claim] = await Promise.all([claimWith(t, {files: {script: 'head -c 5000000 /dev/urandom > noise'}}), repositoryFor(t, {spec: {limits: {bytesPerSecond: {upload}}}})]);
	const space = await spaceOf(t);
	const backup = await backUp(t, claim, {capture: {method: 'Direct'}} as never);
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
	const [pod] = moverPods(space, backup);
	t.deepEqual((JSON.parse(pod!.metadata.annotations![annotations.moverRequest]!) as MoverRequest).repository.limits, {upload});
	// A slow machine only makes it longer. The first second's worth may go at once.
	const [{timings}] = moverResults(space, backup) as [MoverResult];
	t.true(Date.parse(timings.endedAt) - Date.parse(timings.firstReadAt!) >= 3000, JSON.stringify(timings));
});
