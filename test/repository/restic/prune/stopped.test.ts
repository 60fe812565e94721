import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {writtenRepository} from './_written-repository.ts';
import {problemsOf, stoppedEverywhere} from './_stopped-everywhere.ts';

test('a prune that is stopped at any call leaves all archives whole, and the next one completes', async t => {
	const origin = await writtenRepository(t);
	const policy = {last: 2};
	let left = '';
	const stops = await stoppedEverywhere(t, {
		origin,
		work: async repository => repository.forget({policy, prune: {maxUnused: {bytes: 0}}}, neverAborts),
		async afterStop(_, repository) {
			t.deepEqual(await problemsOf(repository), []);
			const archives = await repository.archives(neverAborts);
			t.true(archives.length >= 2);
			t.true(archives.at(-1)!.time.toISOString().startsWith('2026-11-06'));
		},
		async afterRepetition(_, repository) {
			const check = await repository.check({readData: true}, neverAborts);
			t.deepEqual([check.problems, check.warnings, check.archives], [[], [], 2]);
			t.is(check.unreferencedPacks.count, 0);
			const again = await repository.prune({dryRun: true, maxUnused: {bytes: 0}}, neverAborts);
			t.is(again.bytes.unused, 0);
			left ||= String(check.packBytes);
			t.true(Math.abs(check.packBytes - Number(left)) < 2000, 'whatever the way, what is left is the same');
		},
	});
	t.log(`forget and prune stopped at ${stops} places`);
	t.true(stops > 60);
});

test('a change of tags that is stopped at any call loses no archive, and the next one completes', async t => {
	const origin = await writtenRepository(t);
	const stops = await stoppedEverywhere(t, {
		origin,
		work: async repository => repository.pin(({time}) => time.getTime() < Date.parse('2026-11-03T12:00:00Z'), neverAborts),
		async afterStop(_, repository) {
			const archives = await repository.archives(neverAborts);
			t.is(new Set(archives.map(({time}) => time.getTime())).size, 6);
			t.deepEqual(await problemsOf(repository), []);
		},
		async afterRepetition(_, repository) {
			const archives = await repository.archives(neverAborts);
			t.deepEqual(archives.map(({tags}) => tags.length), [1, 1, 1, 0, 0, 0]);
			t.true(archives.slice(0, 3).every(({original}) => original !== undefined));
		},
	});
	t.log(`a change of tags stopped at ${stops} places`);
	t.true(stops > 20);
});
