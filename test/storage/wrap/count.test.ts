import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {withCounts} from '../../../src/storage/wrap/count.ts';
import {failing, withFaults} from '../../../src/storage/wrap/fault.ts';
import {temporaryStorage} from '../_temporary-storage.ts';

test('calls, failures and bytes are counted for each operation', async t => {
	const base = await temporaryStorage(t);
	const {storage, counts} = withCounts(withFaults(base, call => (call.key === 'refused' ? failing('before') : undefined)));
	await storage.put('a', Buffer.alloc(100), neverAborts);
	await t.throwsAsync(storage.put('refused', Buffer.alloc(10), neverAborts));
	const path = join(storage.scratchDirectory, 'pack');
	await writeFile(path, Buffer.alloc(30));
	await storage.putFile('b', {path, size: 30, sha256: ''}, neverAborts);
	await storage.get('a', neverAborts);
	await storage.get('a', neverAborts, {offset: 5, length: 20});
	await Array.fromAsync(storage.stream('a', neverAborts, {offset: 50, length: 40}));
	await storage.stat('a', neverAborts);
	await Array.fromAsync(storage.list('', neverAborts));
	await storage.remove('a', neverAborts);
	await storage.close();
	t.deepEqual(counts, {
		list: {calls: 1, failures: 0, sentBytes: 0, receivedBytes: 0},
		get: {calls: 2, failures: 0, sentBytes: 0, receivedBytes: 120},
		stream: {calls: 1, failures: 0, sentBytes: 0, receivedBytes: 40},
		stat: {calls: 1, failures: 0, sentBytes: 0, receivedBytes: 0},
		put: {calls: 2, failures: 1, sentBytes: 110, receivedBytes: 0},
		putFile: {calls: 1, failures: 0, sentBytes: 30, receivedBytes: 0},
		remove: {calls: 1, failures: 0, sentBytes: 0, receivedBytes: 0},
	});
});
