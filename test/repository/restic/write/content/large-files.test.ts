import test from 'ava';
import {FileCursor, cursorBytes} from '../../../../../src/repository/restic/write/content/file-cursor.ts';
import {LargeFiles} from '../../../../../src/repository/restic/write/content/large-files.ts';
import {mebibyte} from './_pool.ts';

function newFiles() {
	const cursor = new FileCursor(new SharedArrayBuffer(cursorBytes));
	const files = new LargeFiles(cursor, mebibyte);
	/** @param nextData as for a sparse file, of which too little can be looked at in one go */
	const add = (nextData?: (from: number) => {start: number; end: number}): void => {
		files.add({fd: -1, expectedSize: 1000 * mebibyte, nextData, sink: {stored: () => undefined, failed: () => undefined}});
	};
	return {cursor, files, add};
}

test('a file that waits while a thread holds the cursor is tried again, since nobody says when it has let go', t => {
	const {cursor, files, add} = newFiles();
	cursor.lock.lock(0);
	add();
	t.false(files.attend());
	t.true(files.isHeldUp);
	cursor.lock.unlock();
	t.true(files.attend());
	t.false(files.isHeldUp);
});

test('so are holes that could not be told to the threads, which sleep until they are', t => {
	const {cursor, files, add} = newFiles();
	add(from => ({start: from, end: from + 4096}));
	t.true(files.attend());
	t.true(cursor.mapEnd < Infinity);
	cursor.lock.lock(0);
	cursor.cut(cursor.mapEnd, 1);
	t.false(cursor.isOpen);
	t.false(files.attend());
	t.true(files.isHeldUp);
	cursor.lock.unlock();
	t.true(files.attend());
	t.true(cursor.isOpen);
	t.false(files.isHeldUp);
});
