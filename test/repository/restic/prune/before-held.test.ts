import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {packKey} from '../../../../src/repository/restic/files/object-keys.ts';
import {judgeAllLive} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {standLock} from '../../../../src/repository/restic/lock/stand-lock.ts';
import {writeLock} from '../../../../src/repository/restic/lock/write-lock.ts';
import {prune} from '../../../../src/repository/restic/prune/prune.ts';
import {intercept} from '../../../../src/storage/wrap/intercept.ts';
import {testClock, testHolder} from '../write/_repository.ts';
import {data, fingerprint, pruneWorld, treeOf} from './_prune-world.ts';
import type {PruneWorld} from './_prune-world.ts';
import type {PruneResult} from '../../../../src/repository/restic/prune/prune-result.ts';

/** A prune that has read everything before the pause ends in which others show up; `meanwhile` is what happens in that pause. */
async function pruneMeanwhile({repository}: PruneWorld, meanwhile: () => Promise<unknown>): Promise<{result: PruneResult; calls: string[]}> {
	const calls: string[] = [];
	const storage = intercept(repository.storage, async ({operation, key}, run) => {
		calls.push(`${operation} ${key}`);
		return run();
	});
	const hasRead = Promise.withResolvers<void>();
	const quick = testClock();
	const clock = {
		...quick,
		async sleep(ms: number, signal?: AbortSignal) {
			if (ms >= 60_000) return quick.sleep(ms, signal);
			await hasRead.promise;
			await meanwhile();
		},
	};
	const lock = await standLock({...repository, storage, clock, holder: testHolder, judge: judgeAllLive, exclusive: true, signal: neverAborts});
	try {
		const result = await prune({...repository, storage}, lock, {maxUnused: {bytes: 0}, onProgress: () => hasRead.resolve()}, neverAborts);
		return {result, calls};
	} finally {
		await lock.release();
	}
}

test('a prune reads while it waits for others to show up, and changes nothing before the second look', async t => {
	const world = pruneWorld(t);
	const [kept, unused] = [data(), data()];
	const tree = treeOf(kept);
	await world.index(await world.pack(kept, unused), await world.pack(tree));
	await world.archive(tree);
	const {result, calls} = await pruneMeanwhile(world, async () => undefined);
	t.is(result.packs.repacked.partlyUsed.count + result.packs.repacked.mixed.count + result.packs.repacked.small.count, 1);

	const secondLook = calls.lastIndexOf('list locks/');
	t.true(calls.indexOf('list locks/') < secondLook);
	t.true(calls.indexOf('list data/') < secondLook, 'packs are listed before');
	const changes = calls.flatMap((call, at) => (/^(put|putFile|remove) (?!locks\/)/.test(call) ? [at] : []));
	t.true(changes.length >= 4, calls.join('\n'));
	t.true(changes.every(at => at > secondLook), calls.join('\n'));
	t.deepEqual((await world.check()).problems, []);
});

test('an archive that is finished in the pause keeps all it needs, though its packs looked like leftovers', async t => {
	const world = pruneWorld(t);
	const [first, second] = [data(), data()];
	const trees = [treeOf(first), treeOf(first, second)] as const;
	await world.index(await world.pack(first), await world.pack(trees[0]));
	await world.archive(trees[0]);
	const late = [await world.pack(second), await world.pack(trees[1])];
	const {result} = await pruneMeanwhile(world, async () => {
		await world.index(...late);
		await world.archive(trees[1]);
	});
	t.is(result.archives, 2);
	t.is(result.packs.unindexed.count, 0);
	const check = await world.check();
	t.deepEqual([check.problems, check.archives, check.trees], [[], 2, 2]);
});

test('packs that come into the index in the pause, for an archive that never comes, do not leave an index of what is gone', async t => {
	const world = pruneWorld(t);
	const [first, second] = [data(), data()];
	const tree = treeOf(first);
	await world.index(await world.pack(first), await world.pack(tree));
	await world.archive(tree);
	const late = await world.pack(second);
	await pruneMeanwhile(world, async () => world.index(late));
	t.false((await world.keys('data/')).includes(packKey(late.id)));
	t.deepEqual((await world.check()).problems, []);
});

test('a lock that shows up in the pause ends the prune before it changed anything', async t => {
	const world = pruneWorld(t);
	const [kept, unused] = [data(), data()];
	const tree = treeOf(kept);
	await world.index(await world.pack(kept, unused), await world.pack(tree));
	await world.archive(tree);
	const before = await fingerprint(world);
	const error = await t.throwsAsync(pruneMeanwhile(world, async () => writeLock({...world.repository, holder: {...testHolder, hostname: 'laptop'}, exclusive: false}, neverAborts, () => undefined)));
	t.true(isLazaretteError(error, 'LockedByOther'), error?.stack);
	t.regex(error?.message ?? '', /laptop/);
	t.is(await fingerprint(world), before);
	t.is((await world.keys('locks/')).length, 1, 'ours was withdrawn');
});
