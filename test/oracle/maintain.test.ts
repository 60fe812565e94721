import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import type {MaintainWork} from '../../src/api/v1alpha1/mover-contract.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {noise, writeSource} from '../repository/restic/write/_source.ts';
import {maintainAt} from './_maintain-run.ts';
import {peers} from './_peers.ts';
import type {Peers} from './_peers.ts';
import {resticBinaries} from './_restic.ts';

const newest = (await resticBinaries()).at(-1)!;

async function filled(on: Peers, archives: number): Promise<string[]> {
	writeSource(on.source);
	const {repository} = await on.create({packSize: 500_000});
	const ids: string[] = [];
	for (let count = 0; count < archives; count++) {
		writeFileSync(join(on.source, 'changing'), noise(count, 700_000));
		ids.push((await backUp(repository, on.source, {hostname: 'shop', tags: count % 2 === 0 ? ['schedule=shop/nightly'] : []})).archive.id);
	}

	await repository.close();
	return ids;
}

const snapshotsOf = async (on: Peers): Promise<string[]> => (JSON.parse(await on.restic('snapshots', '--json')) as Array<{id: string}>).map(({id}) => id);

test('retention, prune, check and deletion as movers do them leave a repository that restic finds clean', async t => {
	const on = peers(t, newest.path);
	const ids = await filled(on, 8);
	const forget = {scopes: [{tag: 'schedule=shop/nightly', retention: {last: 1}, fingerprint: 'a'}], fallback: {retention: {last: 2}, fingerprint: 'b'}};
	const shown = await maintainAt(on.path, {kind: 'forget', ...forget, accepted: []});
	t.deepEqual(shown.maintenance?.forget?.review, [{policy: 'schedule=shop/nightly@a', remove: 3, keep: 1}, {policy: '@b', remove: 2, keep: 2}]);
	t.is((await snapshotsOf(on)).length, 8);

	const stopped = await maintainAt(on.path, {kind: 'prune', timeLimitSeconds: 0});
	t.like(stopped, {outcome: 'SucceededWithWarnings', maintenance: {kind: 'prune', pruneStopped: true, prune: undefined}});

	const pruned = await maintainAt(on.path, {kind: 'prune', forget: {...forget, accepted: ['schedule=shop/nightly@a', '@b']}, timeLimitSeconds: 60});
	t.like(pruned, {outcome: 'Succeeded', maintenance: {archives: 3, forget: {removed: 5, kept: 3}}});
	t.true(pruned.maintenance!.prune!.freedBytes > 2_000_000, `${pruned.maintenance!.prune!.freedBytes} bytes freed`);
	t.deepEqual((await snapshotsOf(on)).toSorted(), [ids[5]!, ids[6]!, ids[7]!].toSorted());
	t.regex(await on.restic('check', '--read-data'), /no errors were found/);

	let read = 0;
	for (let part = 1; part <= 4; part++) read += (await maintainAt(on.path, {kind: 'check', part, parts: 4, timeLimitSeconds: 60})).maintenance!.check!.bytesRead;
	t.is(read, (await maintainAt(on.path, {kind: 'check', part: 1, parts: 1, timeLimitSeconds: 60})).maintenance!.check!.bytesRead, 'all parts together are all data');

	const removed = await maintainAt(on.path, {kind: 'delete', archives: [ids[5]!, ids[7]!], evenLast: []});
	t.like(removed, {outcome: 'SucceededWithWarnings', maintenance: {archives: 2, retained: [{id: ids[7]!.slice(0, 16), reason: 'LastGood'}]}});
	t.is((await maintainAt(on.path, {kind: 'delete', archives: [ids[5]!], evenLast: []})).outcome, 'Succeeded', 'what is gone already is no error');
	t.regex(await on.restic('check'), /no errors were found/);
	t.deepEqual(readdirSync(join(on.path, 'locks')), []);
});

test('a mover of the maintenance killed 30 times in a row leaves a whole repository, and no lock that outlives the next run', async t => {
	t.timeout(5 * 60_000);
	const on = peers(t, newest.path);
	await filled(on, 12);
	const movers: string[] = [];
	const work: MaintainWork = {kind: 'prune', forget: {scopes: [], fallback: {retention: {last: 3}, fingerprint: 'f'}, accepted: ['@f', 'schedule=shop/nightly@f']}, timeLimitSeconds: 60};
	const run = async (killAfterMs?: number): Promise<{code: number | null; livedMs: number}> => {
		const name = `offsite-care-${movers.length}`;
		const begun = performance.now();
		const mover = spawn(process.execPath, [join(import.meta.dirname, '_maintain-run.ts'), on.path, JSON.stringify(work), name, movers.join(',')], {stdio: ['ignore', 'ignore', 'inherit']});
		movers.push(name);
		const timer = killAfterMs === undefined ? undefined : setTimeout(() => mover.kill('SIGKILL'), killAfterMs);
		const [code] = (await once(mover, 'exit')) as [number | null];
		clearTimeout(timer);
		return {code, livedMs: performance.now() - begun};
	};

	const whole = await run();
	t.is(whole.code, 0);
	const {repository} = await on.open();
	for (let count = 0; count < 6; count++) {
		writeFileSync(join(on.source, 'changing'), noise(100 + count, 700_000));
		await backUp(repository, on.source, {hostname: 'shop'});
	}

	await repository.close();
	const locked = new Set<string>();
	let {livedMs} = whole;
	for (let killed = 0; killed < 30 || locked.size === 0; killed++) {
		// Evenly over a mover's life, so that every part of it is met; the first may have found nothing in the caches and so have lived far longer.
		const {code, livedMs: lived} = await run((livedMs * ((killed % 30) + 1)) / 31);
		if (code === 0) livedMs = Math.min(livedMs, lived);
		for (const lock of readdirSync(join(on.path, 'locks'))) locked.add(lock);
	}

	t.is((await run()).code, 0);
	t.deepEqual(readdirSync(join(on.path, 'locks')), []);
	t.regex(await on.restic('check', '--read-data'), /no errors were found/);
	t.log(`${locked.size} of 30 died holding a lock`);
});
