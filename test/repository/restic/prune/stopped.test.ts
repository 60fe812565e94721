import {randomBytes} from 'node:crypto';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {backUp} from '../write/_back-up.ts';
import {newRepository, temporaryDirectory} from '../write/_repository.ts';
import {problemsOf, stoppedEverywhere} from './_stopped-everywhere.ts';
import type {ExecutionContext} from 'ava';

/** Six archives of a directory of which a part changes each time, in small packs, and what a run that was cut off left. */
async function writtenRepository(t: ExecutionContext): Promise<string> {
	const source = temporaryDirectory(t);
	const {path, repository} = await newRepository(t, {packSize: 50_000});
	for (let run = 0; run < 6; run++) {
		mkdirSync(join(source, `d${run % 3}`), {recursive: true});
		for (let file = 0; file < 4; file++) writeFileSync(join(source, `d${run % 3}`, `f${file}`), randomBytes(6000 + 1000 * run + file));
		writeFileSync(join(source, 'always'), 'the same');
		await backUp(repository, source, {paths: ['/data'], time: new Date(Date.parse('2026-11-01T00:00:00Z') + run * 86_400_000)});
	}
	const writer = await repository.startArchive({}, neverAborts);
	writer.enterDirectory();
	rmSync(source, {recursive: true});
	await writer.abandon();
	const stray = randomBytes(1000);
	const {createHash} = await import('node:crypto');
	const id = createHash('sha256').update(stray).digest('hex');
	mkdirSync(join(path, 'data', id.slice(0, 2)), {recursive: true});
	writeFileSync(join(path, 'data', id.slice(0, 2), id), stray);
	await repository.close();
	return path;
}

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
