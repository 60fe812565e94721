import test from 'ava';
import {PendingFile} from '../../../src/engine/archive/pending-file.ts';
import {noFacts} from '../../../src/repository/entry-facts.ts';
import type {DirectoryPlace} from '../../../src/engine/file-system/directory-cache.ts';

const place: DirectoryPlace = {parent: undefined, name: Buffer.alloc(0)};

test('a name of more bytes than most file systems allow is kept whole', t => {
	const file = new PendingFile({stored: () => undefined, add: () => undefined});
	for (const name of ['short', 'ü'.repeat(255), 'short again', 'ü'.repeat(2000)]) {
		const names = Buffer.from(`before${name}after`);
		file.begin(place, names, 6, names.length - 5, noFacts(), undefined);
		t.is(file.name.toString(), name);
		const {entry} = file;
		t.is(Buffer.from(entry.names.subarray(entry.from, entry.to)).toString(), name);
	}
});

test('a content that failed without a reason has failed all the same', t => {
	const failures: unknown[] = [];
	const file = new PendingFile({stored: (_, failure) => void failures.push(failure), add: () => undefined});
	file.failed(undefined);
	file.stored(new Uint8Array(), 0, 0, 0);
	t.deepEqual(failures, [{error: undefined}, undefined]);
});
