import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import {temporaryDirectory} from '../repository/restic/write/_repository.ts';

test('an object whose upload was cancelled, and that is removed then, does not come back', async t => {
	const storage = openFilesystemStorage({kind: 'filesystem', path: temporaryDirectory(t)});
	let late = 0;
	for (let round = 0; round < 256; round++) {
		// In a folder that has to be made first, which takes a while between the last look at the signal and the name.
		const folder = round.toString(16).padStart(2, '0');
		const key = `data/${folder}/${folder.padEnd(64, '0')}`;
		const stop = new AbortController();
		const put = storage.put(key, Buffer.alloc(100), stop.signal).then(
			() => undefined,
			() => late++,
		);
		for (let turns = round % 32; turns > 0; turns--) await new Promise(setImmediate);
		stop.abort(new Error('stopped'));
		await put;
		await storage.remove(key, neverAborts);
	}
	// Whatever still goes on behind a call that has ended gets its turn.
	for (let turns = 0; turns < 200; turns++) await new Promise(setImmediate);
	t.deepEqual(await Array.fromAsync(storage.list('data/', neverAborts)), []);
	t.true(late > 20, `${late} of them were cancelled before they were done`);
	await storage.close();
});
