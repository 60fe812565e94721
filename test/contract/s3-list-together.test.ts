import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {inParallel} from '../../src/repository/restic/in-parallel.ts';
import {s3Suite} from './_s3-suite.ts';
import type {Storage} from '../../src/storage/storage.ts';

const suite = s3Suite();
const prefixes = ['keys/', 'locks/', 'snapshots/'];

const together = async (storage: Storage) => Object.fromEntries(Array.from((await storage.listTogether?.(prefixes, neverAborts)) ?? [], ([prefix, objects]) => [prefix, [...objects]]));

const oneByOne = async (storage: Storage, wanted: readonly string[]) =>
	Object.fromEntries(await Promise.all(wanted.map(async prefix => [prefix, (await Array.fromAsync(storage.list(prefix, neverAborts))).toSorted((a, b) => (a.key < b.key ? -1 : 1))] as const)));

test('several prefixes listed with one request hold what they hold one by one, as far as one page goes', async t => {
	t.timeout(60_000);
	const {storage, proxy} = await suite.openThrough(t, {});
	t.deepEqual(await together(storage), {'keys/': [], 'locks/': [], 'snapshots/': []});
	await inParallel(['config', 'data/ab/abcd', 'index/1', 'keys/1', 'keys/2', 'snapshots/1', 'snapshots/2', 'zzz'], 4, async key => storage.put(key, Buffer.alloc(key.length), neverAborts));
	t.deepEqual(await together(storage), await oneByOne(storage, prefixes));
	await inParallel(Array.from({length: 1000}, (_, number) => `snapshots/more-${number}`), 8, async key => storage.put(key, Buffer.alloc(1), neverAborts));
	const before = proxy.requests.length;
	t.deepEqual(await together(storage), await oneByOne(storage, ['keys/', 'locks/']));
	t.is(proxy.requests.length - before, 3);
});
