import {events, pods} from '../../src/kube/resources.ts';
import {volumeBackups} from '../../src/controllers/resources.ts';
import {applyBackup, claimWith, conditionOf, ended, noLeftovers, repositoryFor, restic, spaceOf, storeGate, testWith} from './_cluster.ts';
import {killOperator} from './_operator.ts';
import {moverJobs, moverResults, runningMover} from './_movers.ts';

const test = testWith('node');

for (const way of ['SIGKILL', 'its pod is deleted'] as const) {
	test.serial(`the operator dies in the middle of a run (${way}): the mover goes on, and the run is concluded once`, async t => {
		const gate = await storeGate(t);
		const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
		const space = await spaceOf(t);
		const reached = gate.stopAt({matches: ({method, path}) => method === 'PUT' && path.includes('/data/'), when: 'before'});
		const name = await applyBackup(t, claim);
		await reached;
		const pod = await runningMover(space, space.seen.get(volumeBackups, name)!);

		const died = new Date();
		await killOperator(space, way);
		gate.open();
		const backup = await ended(space, volumeBackups, name);
		t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);
		t.is(backup.status.volumes![0]!.attempts, 1);
		t.deepEqual(moverJobs(space, backup).map(({metadata}) => metadata.name), [backup.status.volumes![0]!.job]);
		t.true(new Date(moverResults(space, backup)[0]!.timings.endedAt) > died, `pod ${pod.metadata.name} had ended before the operator died`);

		t.regex(await restic(repository, 'check', '--read-data'), /no errors were found/v);
		await noLeftovers(t);
		const told = space.seen.ever(events).filter(({regarding, reason}) => regarding?.name === name && reason === 'BackupSucceeded');
		t.true(told.length <= 1, 'the end was told twice');
		t.is(space.seen.ever(pods).filter(({metadata}) => metadata.name === pod.metadata.name).length, 1);
	});
}
