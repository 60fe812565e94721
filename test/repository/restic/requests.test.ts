import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {withCounts} from '../../../src/storage/wrap/count.ts';
import {newRepository, reopen, temporaryDirectory} from './write/_repository.ts';
import type {StorageCounts} from '../../../src/storage/wrap/count.ts';
import type {Storage} from '../../../src/storage/storage.ts';

function counting(): {wrap: (storage: Storage) => Storage; calls: () => Record<string, number>} {
	let counts: StorageCounts | undefined;
	return {
		wrap(base) {
			const counted = withCounts(base);
			counts = counted.counts;
			return counted.storage;
		},
		calls: () => Object.fromEntries(Object.entries(counts ?? {}).map(([operation, {calls}]) => [operation, calls] as const).filter(([, calls]) => calls > 0)),
	};
}

test('a repository is made with as few requests as restic needs, and opened with one listing and two reads', async t => {
	const path = temporaryDirectory(t);
	const creation = counting();
	await newRepository(t, {path, wrap: creation.wrap});
	t.deepEqual(creation.calls(), {list: 4, stat: 1, put: 2});
	const opening = counting();
	await reopen(t, path, {wrap: opening.wrap});
	t.deepEqual(opening.calls(), {list: 1, get: 2});
});

test('a check goes by the config and the keys that its opening has read, and looks at them again when there is another', async t => {
	const {path} = await newRepository(t);
	const {wrap, calls} = counting();
	const {repository} = await reopen(t, path, {wrap});
	const opened = calls();
	await repository.check({readData: true}, neverAborts);
	const once = calls();
	t.is(once.get, opened.get);
	await repository.check({readData: true}, neverAborts);
	t.is(calls().get, once.get! + 2);
	t.is(calls().list! - once.list!, 4, 'keys, snapshots, index and packs');
});
