import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {cpSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {isLazaretteError, toLazaretteError} from '../../src/base/errors.ts';
import {everyCall, failing, withFaults} from '../../src/storage/wrap/fault.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {testClock} from '../repository/restic/write/_repository.ts';
import {noise, writeSource} from '../repository/restic/write/_source.ts';
import {peers} from './_peers.ts';
import {resticBinaries} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {FaultPlan} from '../../src/storage/wrap/fault.ts';
import type {Peers} from './_peers.ts';
import type {RepositoryOptions} from '../repository/restic/write/_repository.ts';

const newest = (await resticBinaries()).at(-1)!;

/** Small packs, so that a run makes several calls; locks of earlier runs count as those of dead pods. */
const options = (more: RepositoryOptions = {}): RepositoryOptions => ({packSize: 500_000, clock: testClock(), judgeLock: () => 'dead', ...more});

/** A repository with one archive, and a source with more to store since. */
async function begun(t: ExecutionContext): Promise<Peers> {
	const on = peers(t, newest.path);
	writeSource(on.source);
	const {repository} = await on.create(options());
	await backUp(repository, on.source);
	await repository.close();
	writeFileSync(join(on.source, 'a/b/later'), noise(1000, 1_200_000));
	return on;
}

/** Opens, backs up with the newest archive as parent, closes. */
async function run(on: Peers, more: RepositoryOptions = {}): Promise<void> {
	const {repository} = await on.open(options(more));
	try {
		const parent = (await repository.archives(neverAborts)).at(-1)!;
		await backUp(repository, on.source, {parent});
	} finally {
		await repository.close();
	}
}

async function problems(on: Peers): Promise<unknown> {
	const {repository} = await on.open(options());
	const result = await repository.check({readData: true}, neverAborts);
	await repository.close();
	return result.problems;
}

for (const moment of ['before', 'after'] as const) {
	test(`a store that fails once, ${moment} any call of a run, loses nothing: no check finds a fault, and the next run succeeds`, async t => {
		const on = await begun(t);
		const sound = `${on.path}-sound`;
		cpSync(on.path, sound, {recursive: true});

		let failures = 0;
		for (let number = 1, hit = true; hit; number++) {
			rmSync(on.path, {recursive: true});
			cpSync(sound, on.path, {recursive: true});
			hit = false;
			const plan: FaultPlan = call => {
				if (call.number !== number) return undefined;
				hit = true;
				return failing(moment);
			};
			const failure = await run(on, {wrap: storage => withFaults(storage, plan)}).then(
				() => undefined,
				(error: unknown) => error,
			);
			if (hit) failures++;
			if (failure !== undefined) t.true(isLazaretteError(failure, 'StoreUnreachable'), toLazaretteError(failure).stack);

			t.deepEqual(await problems(on), [], `after a failure of call ${number}`);
			t.regex(await on.restic('check', '--read-data'), /no errors were found/);
			await run(on);
			t.deepEqual(await problems(on), [], `after a failure of call ${number} and another run`);
		}
		await on.restic('prune');
		t.regex(await on.restic('check', '--read-data'), /no errors were found/);
		t.true(failures >= 15, `only ${failures} calls failed`);
		t.log(`${failures} calls failed in turn`);
	});
}

test('a store that fails again and again, at every n-th call, makes no archive appear that is not whole', async t => {
	const on = await begun(t);
	const sound = `${on.path}-sound`;
	cpSync(on.path, sound, {recursive: true});
	let succeeded = 0;
	for (let n = 2; n <= 30; n++) {
		if (n % 5 === 0) {
			rmSync(on.path, {recursive: true});
			cpSync(sound, on.path, {recursive: true});
		}
		writeFileSync(join(on.source, 'a/b/later'), noise(2000 + n, 1_200_000));
		await run(on, {wrap: storage => withFaults(storage, everyCall(n, failing(n % 2 ? 'before' : 'after')))}).then(
			() => succeeded++,
			error => t.true(isLazaretteError(error, 'StoreUnreachable')),
		);
		t.deepEqual(await problems(on), [], `with a failure at every call divisible by ${n}`);
		if (n % 5 === 4) t.regex(await on.restic('check', '--read-data'), /no errors were found/);
	}
	t.true(succeeded > 0 && succeeded < 29);
	t.log(`${succeeded} of 29 runs succeeded`);
});

test('a process that is killed at any call of a run leaves a sound repository, and the next run succeeds without a word', async t => {
	const on = await begun(t);
	const sound = `${on.path}-sound`;
	cpSync(on.path, sound, {recursive: true});
	let kills = 0;
	for (let call = 1, killed = true; killed; call++) {
		rmSync(on.path, {recursive: true});
		cpSync(sound, on.path, {recursive: true});
		killed = await isKilled(t, on, call, call % 2 ? 'before' : 'after');
		if (killed) kills++;
		t.deepEqual(await problems(on), [], `killed at call ${call}`);
		await run(on);
		t.regex(await on.restic('check', '--read-data'), /no errors were found/);
	}
	t.true(kills >= 15, `only ${kills} runs were killed`);
	t.log(`${kills} runs were killed, each at its own call`);
});

async function isKilled(t: ExecutionContext, on: Peers, call: number, moment: string): Promise<boolean> {
	const child = spawn(process.execPath, [join(import.meta.dirname, '_killed-run.ts'), on.path, on.source, String(call), moment], {stdio: ['ignore', 'ignore', 'inherit']});
	const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
	t.true(signal === 'SIGKILL' || code === 0, `exit code ${code}`);
	return signal === 'SIGKILL';
}
