import {randomBytes} from 'node:crypto';
import {neverAborts} from '../../src/base/abort.ts';
import {openStorage} from '../../src/storage/open-storage.ts';
import {localFile, sha256} from './_content.ts';

/** A program for a crash test: stores objects named by their hash below the directory given as argument and prints each key when it is stored, until it is killed. */
const storage = await openStorage({kind: 'filesystem', path: process.argv[2] ?? ''});
for (;;) {
	const bytes = randomBytes(Math.floor(Math.random() * 3_000_000));
	const small = randomBytes(200);
	const file = await localFile(storage, bytes);
	await storage.putFile(`data/${file.sha256.slice(0, 2)}/${file.sha256}`, file, neverAborts);
	process.stdout.write(`data/${file.sha256.slice(0, 2)}/${file.sha256}\n`);
	await storage.put(`locks/${sha256(small)}`, small, neverAborts, {onlyIfAbsent: true});
	process.stdout.write(`locks/${sha256(small)}\n`);
}
