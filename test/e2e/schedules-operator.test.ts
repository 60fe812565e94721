import {volumeBackups} from '../../src/controllers/resources.ts';
import {applySchedule, claimWith, ended, noLeftovers, repositoryFor, spaceOf, storeGate, testWith} from './_cluster.ts';
import {waitUntil} from '../cluster/wait-until.ts';
import {killOperator} from './_operator.ts';
import {everyRunOf, observed, scheduleOf, soon} from './_schedules.ts';

const test = testWith('node');

test.serial('the operator dies while a scheduled run moves data and is away when the next is due: each is made once', async t => {
	const gate = await storeGate(t);
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
	const space = await spaceOf(t);
	const reached = gate.stopAt({matches: ({method, path}) => method === 'PUT' && path.includes('/data/'), when: 'before'});
	const {at} = soon();
	const next = new Date(at.getTime() + 60_000);
	await applySchedule(t, {cron: `${at.getUTCMinutes()},${next.getUTCMinutes()} * * * *`, source: {claimName: claim.name}, concurrencyPolicy: 'Queue'});
	await observed(space);
	await reached;
	await killOperator(space, 'SIGKILL');
	gate.open();
	await waitUntil('the next run is about to be due', async () => Date.now() > next.getTime() - 1500, {timeoutMs: 120_000, everyMs: 100});
	await killOperator(space, 'its pod is deleted');

	const names = [at, next].map(time => `nightly-${time.getTime() / 60_000}`);
	for (const name of names) {
		await space.seen.until(`${name} is made`, () => space.seen.get(volumeBackups, name), 180_000);
		t.is((await ended(space, volumeBackups, name)).status.outcome, 'Succeeded', name);
	}

	await space.seen.until('status tells of both', () => scheduleOf(space)?.status.lastRun?.name === names[1]);
	t.deepEqual(everyRunOf(space).map(({metadata}) => metadata.name), names);
	t.is(scheduleOf(space)!.status.runs, 2);
	await noLeftovers(t);
});
