import {volumeBackups} from '../../src/controllers/resources.ts';
import {events} from '../../src/kube/resources.ts';
import {applySchedule, claimWith, conditionOf, ended, noLeftovers, repositoryFor, restic, spaceOf, storeGate, testWith} from './_cluster.ts';
import {change, everyRunOf, observed, runsOf, scheduleOf, soon} from './_schedules.ts';

const test = testWith('snapshots', 'node');

test('a schedule makes one backup at its time, not when it is applied, and tells how it went', async t => {
	const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	const {cron, at} = soon({aheadMs: 25_000});
	await applySchedule(t, {cron, source: {claimName: claim.name}, template: {metadata: {labels: {team: 'shop'}}, spec: {repositoryRef: {name: 'offsite'}, source: {claimName: claim.name}, tags: ['nightly']}}});
	const waiting = await observed(space);
	t.like(conditionOf(waiting, 'Ready'), {status: 'True', reason: 'Scheduled'});
	t.is(waiting.status.nextRunTime, at.toISOString());
	t.deepEqual(runsOf(space), []);

	const name = `nightly-${at.getTime() / 60_000}`;
	const made = await space.seen.until('the run is made', () => space.seen.get(volumeBackups, name), 120_000);
	t.true(new Date(made.metadata.creationTimestamp) >= at);
	t.like(made.metadata.labels, {'lazarette.dev/schedule': 'nightly', 'lazarette.dev/cause': 'schedule', team: 'shop'});
	t.is(made.metadata.ownerReferences, undefined);

	t.is((await ended(space, volumeBackups, name)).status.outcome, 'Succeeded');
	const told = await space.seen.until('the schedule tells of it', () => {
		const schedule = scheduleOf(space);
		return schedule?.status.lastRun ? schedule : undefined;
	});
	t.like(told.status, {runs: 1, lastRun: {name, cause: 'schedule', outcome: 'Succeeded'}, active: undefined});
	t.like(conditionOf(told, 'LastRunSucceeded'), {status: 'True', reason: 'Succeeded'});
	t.is(told.status.lastSuccessTime, space.seen.get(volumeBackups, name)!.status.completionTime);
	t.true(new Date(told.status.nextRunTime!) > at);
	const [archive] = JSON.parse(await restic(repository, 'snapshots', '--json')) as [{tags: string[]}];
	t.deepEqual(archive.tags, ['nightly', `schedule=${space.name}/nightly`]);
	await noLeftovers(t);
});

test('with concurrencyPolicy Replace the run that is due takes the place of one that has not ended, whose mover and lock go', async t => {
	const gate = await storeGate(t);
	const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
	const space = await spaceOf(t);
	const reached = gate.stopAt({matches: ({method, path}) => method === 'PUT' && path.includes('/data/'), when: 'after'});
	await applySchedule(t, {source: {claimName: claim.name}, concurrencyPolicy: 'Replace'});
	await observed(space);
	await change(space, {triggers: {manual: 'now'}});
	const held = await reached;
	const {cron, at} = soon();
	await change(space, {cron});
	const first = (await space.seen.until('the token is answered', () => (scheduleOf(space)?.status.manual?.name ? scheduleOf(space) : undefined))).status.manual!.name!;
	const name = `nightly-${at.getTime() / 60_000}`;
	await space.seen.until('the first run is gone', () => !space.seen.get(volumeBackups, first) && space.seen.get(volumeBackups, name), 180_000);
	// Its mover has heard of it once it no longer waits for the store's answer.
	await held.gone();
	gate.open();

	const run = await ended(space, volumeBackups, name);
	t.is(run.status.outcome, 'Succeeded', conditionOf(run, 'Ready')?.message);
	await space.seen.until('an Event tells it', () => space.seen.ever(events).some(({reason, note}) => reason === 'RunReplaced' && note?.includes(first)));
	t.deepEqual(runsOf(space).map(({metadata}) => metadata.name), [name]);
	t.is(space.seen.ever(volumeBackups).find(({metadata}) => metadata.name === first)!.status.outcome, undefined);
	t.is((JSON.parse(await restic(repository, 'snapshots', '--json')) as unknown[]).length, 1);
	t.regex(await restic(repository, 'check'), /no errors were found/v);
	await noLeftovers(t);
});

test('a manual token makes one run each time it changes, also while suspended, and none for the one that came with the object', async t => {
	const [claim] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	await applySchedule(t, {source: {claimName: claim.name}, suspend: true, triggers: {manual: 'first'}});
	const fresh = await observed(space);
	t.like(conditionOf(fresh, 'Ready'), {status: 'True', reason: 'Suspended'});
	t.deepEqual(fresh.status.manual, {token: 'first'});

	await change(space, {triggers: {manual: 'second'}});
	const done = await space.seen.until('the token is answered', () => scheduleOf(space)?.status.manual?.token === 'second' && scheduleOf(space));
	const {name} = done.status.manual!;
	t.is((await ended(space, volumeBackups, name!)).status.outcome, 'Succeeded');
	// As a GitOps tool that applies the same manifest again and again, and changes something else meanwhile.
	const {metadata} = await change(space, {triggers: {manual: 'second'}, historyLimits: {successful: 5}});
	await observed(space, 'nightly', metadata.generation);
	t.deepEqual(everyRunOf(space).map(({metadata}) => metadata.name), [name]);

	await change(space, {triggers: {manual: 'first'}});
	const again = await space.seen.until('a token that comes back is another wish', () => scheduleOf(space)?.status.manual?.token === 'first' && scheduleOf(space));
	t.not(again.status.manual!.name, name);
	t.is((await ended(space, volumeBackups, again.status.manual!.name!)).status.outcome, 'Succeeded');
});

test('history limits remove old VolumeBackups and leave every archive', async t => {
	const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t)]);
	const space = await spaceOf(t);
	await applySchedule(t, {source: {claimName: claim.name}, historyLimits: {successful: 1, failed: 0}});
	await observed(space);
	for (const token of ['one', 'two', 'three']) {
		await change(space, {triggers: {manual: token}});
		const {name} = (await space.seen.until(`token ${token} is answered`, () => scheduleOf(space)?.status.manual?.token === token && scheduleOf(space))).status.manual!;
		await space.seen.until(`the run of token ${token} is told`, () => scheduleOf(space)?.status.lastRun?.name === name);
	}

	await space.seen.until('one VolumeBackup is left', () => runsOf(space).length === 1);
	t.is(everyRunOf(space).length, 3);
	t.is(runsOf(space)[0]!.metadata.name, scheduleOf(space)!.status.manual!.name!);
	t.is((JSON.parse(await restic(repository, 'snapshots', '--json')) as unknown[]).length, 3);
	await noLeftovers(t);
});

test('a new claim with the label is part of the next run, without a change of the schedule', async t => {
	const labels = {backup: 'nightly'};
	await Promise.all([claimWith(t, {name: 'orders', labels}), repositoryFor(t)]);
	const space = await spaceOf(t);
	await applySchedule(t, {source: {claimSelector: {matchLabels: labels}}});
	await observed(space);
	const run = async (token: string): Promise<string[]> => {
		await change(space, {triggers: {manual: token}});
		const {name} = (await space.seen.until(`token ${token} is answered`, () => scheduleOf(space)?.status.manual?.token === token && scheduleOf(space))).status.manual!;
		const {status} = await ended(space, volumeBackups, name!);
		t.is(status.outcome, 'Succeeded');
		return (status.volumes ?? []).map(({claimName}) => claimName);
	};
	t.deepEqual(await run('one'), ['orders']);
	await claimWith(t, {name: 'photos', labels});
	t.deepEqual(await run('two'), ['orders', 'photos']);
});

test('a schedule that cannot be read says what to write instead, and goes on once it is mended', async t => {
	const space = await spaceOf(t);
	await applySchedule(t, {cron: '0 25 * * *'});
	const broken = await observed(space);
	t.like(conditionOf(broken, 'Ready'), {status: 'False', reason: 'InvalidSchedule'});
	t.regex(conditionOf(broken, 'Ready')!.message, /^spec\.cron: the cron expression "0 25 \* \* \*" cannot be used: /v);
	t.is(conditionOf(broken, 'Stalled')?.status, 'True');
	t.true(space.seen.ever(events).some(({reason, regarding}) => reason === 'NeedsAttention' && regarding?.name === 'nightly') || (await space.seen.until('an Event tells it', () => space.seen.ever(events).some(({reason}) => reason === 'NeedsAttention'), 15_000)));

	const {metadata} = await change(space, {cron: '0 23 * * *', timeZone: 'Europe/Berlin'});
	t.like(conditionOf(await observed(space, 'nightly', metadata.generation), 'Ready'), {status: 'True', reason: 'Scheduled'});
	t.is(scheduleOf(space)!.status.summary?.schedule, '0 23 * * * Europe/Berlin');
});

test('a run that fails shows in LastRunSucceeded, and the schedule stays Ready', async t => {
	const [claim] = await Promise.all([claimWith(t, {files: 'none'}), repositoryFor(t)]);
	const space = await spaceOf(t);
	await applySchedule(t, {source: {claimName: claim.name}});
	await observed(space);
	await change(space, {triggers: {manual: 'now'}});
	const told = await space.seen.until('the schedule tells of it', () => scheduleOf(space)?.status.lastRun && scheduleOf(space));
	t.like(conditionOf(told, 'LastRunSucceeded'), {status: 'False', reason: 'SourceEmpty'});
	t.like(conditionOf(told, 'Ready'), {status: 'True', reason: 'Scheduled'});
	t.is(told.status.failuresInRow, 1);
	t.is(told.status.lastSuccessTime, undefined);
});
