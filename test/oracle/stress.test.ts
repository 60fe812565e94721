import test from 'ava';
import {temporaryDirectory} from '../repository/restic/write/_repository.ts';
import {resticBinaries} from './_restic.ts';
import {stress} from './_stress.ts';

const newest = (await resticBinaries()).at(-1)!;

// LAZARETTE_SECONDS=600 LAZARETTE_SEED=7 node_modules/.bin/ava --config ava.integration.config.js test/oracle/stress.test.ts
const seconds = Number(process.env['LAZARETTE_SECONDS'] ?? 12);
const seed = Number(process.env['LAZARETTE_SEED'] ?? 20_261_122);

test('whole runs side by side, stopped and killed at random moments, leave a repository that is sound, and archives that are what they say', async t => {
	t.timeout((seconds + 300) * 1000);
	const {rounds, runs, signalled, restored, byOutcome, wrong} = await stress({directory: temporaryDirectory(t), resticPath: newest.path, seed, seconds, log: text => console.log(text)});
	t.deepEqual(wrong, []);
	t.log(`seed ${seed}: ${runs} runs in ${rounds} rounds, ${signalled} of them signalled, ${restored} archives restored and compared`);
	t.log(Object.entries(byOutcome).sort(([a], [b]) => (a < b ? -1 : 1)).map(([outcome, count]) => `${outcome}: ${count}`).join(', '));
	t.true(rounds > 0);
});
