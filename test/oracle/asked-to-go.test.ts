import {existsSync, readdirSync, watch, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {moverExitCodes} from '../../src/api/v1alpha1/mover-contract.ts';
import {password} from '../repository/restic/write/_repository.ts';
import {noise} from '../repository/restic/write/_source.ts';
import {startMover} from './_mover-process.ts';
import {peers} from './_peers.ts';
import {resticBinaries} from './_restic.ts';
import type {MoverRequest} from '../../src/api/v1alpha1/mover-contract.ts';
import type {MoverEnd, MoverProcess} from './_mover-process.ts';

const newest = (await resticBinaries()).at(-1)!;

const request: MoverRequest = {
	version: 1,
	repository: {storage: {kind: 'filesystem', path: '/repository'}, layout: 'Restic'},
	holder: {name: 'orders.shop.cluster1', scope: '.shop.cluster1', observedAt: new Date().toISOString(), livePods: [], deadPods: ['orders']},
	task: {kind: 'backup', claimName: 'orders', hostname: 'shop', tags: [], include: [], exclude: [], onEmptySource: 'Fail', onUnreadableFile: 'Fail', identity: 'HostRoot'},
};

test('a mover that is asked to go, at whatever moment, succeeds exactly when its archive is there, and says so', async t => {
	t.timeout(5 * 60_000);
	const on = peers(t, newest.path);
	const {repository} = await on.create();
	await repository.close();
	const scratch = on.directory('pods');
	const archives = (): string[] => (existsSync(join(on.path, 'snapshots')) ? readdirSync(join(on.path, 'snapshots')) : []);
	const move = async (ask: (mover: MoverProcess) => void): Promise<MoverEnd> => {
		writeFileSync(join(on.source, 'changing'), noise(archives().length, 300_000));
		const mover = await startMover(scratch, {request, password, volume: on.source, repository: on.path});
		ask(mover);
		return mover.end;
	};

	const whole = await move(() => undefined);
	t.is(whole.code, moverExitCodes.done, whole.output);
	const ends: Record<'succeeded' | 'stopped', number> = {succeeded: 0, stopped: 0};
	const expectTruth = async (ask: (mover: MoverProcess) => void): Promise<void> => {
		const before = archives();
		const {code, signal, result, output} = await move(ask);
		const added = archives().filter(id => !before.includes(id));
		const isDone = code === moverExitCodes.done;
		t.is(signal, null, output);
		t.is(added.length, isDone ? 1 : 0, `exit code ${code}: ${output}`);
		t.is(result?.['exitCode'], code, output);
		if (isDone) t.like(result, {backup: {archive: added[0]!}});
		else t.is(code, moverExitCodes.stopped, output);
		t.deepEqual(readdirSync(join(on.path, 'locks')), []);
		ends[isDone ? 'succeeded' : 'stopped']++;
	};

	// When the archive's file is about to appear, when it has, and in the moments after: until the process is gone.
	for (const [delayMs, file] of [0, 0, 2, 8, 20].flatMap(ms => [[ms, join(on.path, 'snapshots')], [ms, join(on.path, 'index')]] as const)) {
		await expectTruth(mover => {
			const watcher = watch(file, () => {
				watcher.close();
				if (delayMs === 0) mover.signal('SIGTERM');
				else setTimeout(() => mover.signal('SIGTERM'), delayMs);
			});
		});
	}
	t.log(`${ends.succeeded} movers that were asked to go had done their work and said so, ${ends.stopped} said that they had not`);
	t.true(ends.succeeded > 0);
	const {repository: after} = await on.open();
	t.deepEqual((await after.check({readData: true}, neverAborts)).problems, []);
	await after.close();
	t.regex(await on.restic('check', '--read-data'), /no errors were found/);
});

test('a mover whose log nobody reads any more does its work all the same', async t => {
	const on = peers(t, newest.path);
	const {repository} = await on.create();
	await repository.close();
	writeFileSync(join(on.source, 'file'), noise(1, 300_000));
	const mover = await startMover(on.directory('pods'), {request, password, volume: on.source, repository: on.path});
	mover.closeLog();
	const {code, result, output} = await mover.end;
	t.is(code, moverExitCodes.done, output);
	t.is(result?.['outcome'], 'Succeeded');
	t.is(readdirSync(join(on.path, 'snapshots')).length, 1);
});
