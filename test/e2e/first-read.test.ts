import {jobs, pods} from '../../src/kube/resources.ts';
import {volumeBackups} from '../../src/controllers/resources.ts';
import {applyBackup, claimWith, conditionOf, ended, repositoryFor, spaceOf, testWith} from './_cluster.ts';
import {moverJobs, moverPods, moverResults} from './_movers.ts';

const test = testWith();

// The goal is 3 s; what it really takes depends on the machine and on what else runs, so it is told and never judged.
test('a backup tells how long it took from kubectl apply to the first read and to Ready', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	const {seen} = space;
	const appliedMs = Date.now();
	const name = await applyBackup(t, claim, {capture: {method: 'Direct'}});
	const backup = await ended(space, volumeBackups, name);
	t.is(backup.status.outcome, 'Succeeded', conditionOf(backup, 'Ready')?.message);

	const [job] = moverJobs(space, backup);
	const [pod] = moverPods(space, backup);
	const [result] = moverResults(space, backup);
	const ofPod = seen.versions(pods).filter(({object}) => object.metadata.uid === pod!.metadata.uid);
	const {timings} = result!;
	const steps: Array<[string, number | undefined]> = [
		['Job made', seen.versions(jobs).find(({object}) => object.metadata.uid === job!.metadata.uid)?.atMs],
		['pod made', ofPod[0]?.atMs],
		['pod scheduled', ofPod.find(({object}) => object.spec?.nodeName)?.atMs],
		['mover began', Date.parse(timings.startedAt)],
		['repository open', Date.parse(timings.openedAt!)],
		['first read', Date.parse(timings.firstReadAt!)],
		['mover ended', Date.parse(timings.endedAt)],
		['Ready', seen.versions(volumeBackups).find(({object}) => conditionOf(object, 'Ready')?.status === 'True')?.atMs],
	];
	let last = appliedMs;
	for (const [step, atMs] of steps) {
		t.log(`${step.padEnd(16)} ${seconds(atMs! - appliedMs)}  (+${seconds(atMs! - last).trim()})`);
		last = atMs!;
	}

	const firstReadMs = Date.parse(timings.firstReadAt!) - appliedMs;
	t.log(firstReadMs <= 3000 ? 'the goal of 3 s to the first read is met' : `the goal of 3 s to the first read is missed by ${seconds(firstReadMs - 3000).trim()}`);
	t.true(firstReadMs > 0);
	t.is(backup.status.firstReadTime, timings.firstReadAt);

});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2).padStart(6)} s`;
