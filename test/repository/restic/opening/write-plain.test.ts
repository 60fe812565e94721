import {closeSync, fstatSync, ftruncateSync, openSync, readFileSync} from 'node:fs';
import {constants} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {writePlain} from '../../../../src/repository/restic/opening/write-plain.ts';
import {temporaryDirectory} from '../write/_repository.ts';

test('a disk without room is told by its error number', t => {
	const fd = openSync('/dev/full', 'w');
	t.teardown(() => closeSync(fd));
	t.deepEqual(writePlain({fd, position: 0, sparse: false}, Buffer.from('content')), {end: 0, errno: constants.errno.ENOSPC});
});

test('blocks of zeros stay holes, and all else is where it belongs', t => {
	const path = join(temporaryDirectory(t), 'file');
	const fd = openSync(path, 'w');
	t.teardown(() => closeSync(fd));
	const bytes = Buffer.alloc(64 * 1024);
	bytes.fill(7, 8192, 8200);
	t.deepEqual(writePlain({fd, position: 4096, sparse: true}, bytes), {end: 12_288, errno: 0});
	ftruncateSync(fd, 4096 + bytes.length);
	t.deepEqual(readFileSync(path), Buffer.concat([Buffer.alloc(4096), bytes]));
	t.true(fstatSync(fd).blocks * 512 < bytes.length);
});
