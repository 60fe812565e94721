import {volumeBackups} from '../../src/controllers/resources.ts';
import {applySchedule, spaceOf, testWith} from './_cluster.ts';
import {everyRunOf, scheduleOf, soon} from './_schedules.ts';

const test = testWith();

test('200 schedules of the same time, applied at once, are spread by their jitter, and none runs at once', async t => {
	const space = await spaceOf(t);
	const names = Array.from({length: 200}, (_, index) => `tenant-${index}`);
	await Promise.all(names.map(async name => applySchedule(t, {name, cron: '0 * * * *', jitterSeconds: 1800})));
	await space.seen.until('all are observed', () => names.every(name => scheduleOf(space, name)?.status.nextRunTime), 60_000);

	const offsets = names.map(name => scheduleOf(space, name)!.status.offsetSeconds!);
	for (const name of names) {
		const {nextRunTime, offsetSeconds} = scheduleOf(space, name)!.status;
		t.is((Date.parse(nextRunTime!) / 1000 - offsetSeconds!) % 3600, 0, name);
	}

	const perMinute = Array.from({length: 31}, (_, minute) => offsets.filter(offset => Math.floor(offset / 60) === minute).length);
	t.true(Math.max(...perMinute) <= 20, `starts in each minute: ${perMinute.join(' ')}`);
	t.true(perMinute.filter(count => count > 0).length >= 26, `starts in each minute: ${perMinute.join(' ')}`);
	t.deepEqual(space.seen.ever(volumeBackups), []);
});

test('30 schedules that are due together make one run each, at their own times', async t => {
	const space = await spaceOf(t);
	const {cron, at} = soon();
	const names = Array.from({length: 30}, (_, index) => `tenant-${index}`);
	await Promise.all(names.map(async name => applySchedule(t, {name, cron, jitterSeconds: 30})));
	// There is no repository: the runs are made and wait for it.
	await space.seen.until('all have made their run', () => names.every(name => (scheduleOf(space, name)?.status.runs ?? 0) > 0), 120_000);
	for (const name of names) {
		const [run, ...others] = everyRunOf(space, name);
		t.deepEqual(others, []);
		const planned = at.getTime() + scheduleOf(space, name)!.status.offsetSeconds! * 1000;
		const lateMs = Date.parse(run!.metadata.creationTimestamp) - planned;
		// Never early; how late is another test's doing that takes the operator away meanwhile.
		t.true(lateMs >= 0, `${name} was ${-lateMs} ms early`);
	}
});
