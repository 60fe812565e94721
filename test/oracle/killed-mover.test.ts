import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {seededFractions} from '../_seeded-fractions.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {noise, writeSource} from '../repository/restic/write/_source.ts';
import {peers} from './_peers.ts';
import {resticBinaries} from './_restic.ts';

const newest = (await resticBinaries()).at(-1)!;
const deaths = 50;

test(`movers killed at ${deaths} random moments lose nothing, and the next one succeeds and leaves no lock`, async t => {
	t.timeout(8 * 60_000);
	const on = peers(t, newest.path);
	writeSource(on.source);
	const {repository: first} = await on.create({packSize: 500_000});
	await backUp(first, on.source);
	await first.close();

	const seed = Number(process.env['LAZARETTE_SEED'] ?? 20_261_122);
	const random = seededFractions(seed);
	const movers: string[] = [];
	/** Resolves to how long the mover lived, in ms, and whether it ended by itself. */
	const move = async (killAfterMs?: number): Promise<{livedMs: number; code: number | null}> => {
		const name = `orders-backup-${movers.length}`;
		const begun = performance.now();
		const mover = spawn(process.execPath, [join(import.meta.dirname, '_mover-run.ts'), on.path, on.source, name, movers.join(',')], {stdio: ['ignore', 'ignore', 'inherit']});
		movers.push(name);
		const timer = killAfterMs === undefined ? undefined : setTimeout(() => mover.kill('SIGKILL'), killAfterMs);
		const [code] = (await once(mover, 'exit')) as [number | null];
		clearTimeout(timer);
		return {livedMs: performance.now() - begun, code};
	};

	const whole = await move();
	t.is(whole.code, 0);
	// The first one may have found nothing in the caches and so have lived far longer than all others will.
	let {livedMs} = whole;
	let killed = 0;
	const locks = (): string[] => readdirSync(join(on.path, 'locks'));
	const lockedDeaths = new Set<string>();
	while (killed < deaths || lockedDeaths.size === 0) {
		writeFileSync(join(on.source, 'a/b/later'), noise(killed, 1_200_000));
		const attempt = await move(random() * livedMs);
		if (attempt.code === null) killed++;
		else livedMs = Math.min(livedMs, attempt.livedMs);
		for (const lock of locks()) lockedDeaths.add(lock);
		if (killed % 10 === 0) {
			const {repository} = await on.open({judgeLock: () => 'dead'});
			t.deepEqual((await repository.check({readData: true}, neverAborts)).problems, [], `seed ${seed}, after ${killed} deaths`);
			await repository.close();
		}
	}

	t.is((await move()).code, 0, `seed ${seed}: the mover after the last death`);
	t.deepEqual(locks(), []);
	t.regex(await on.restic('check', '--read-data'), /no errors were found/);
	t.log(`seed ${seed}: ${killed} movers killed within ${livedMs.toFixed(0)} ms of life, ${lockedDeaths.size} of them holding a lock`);
});
