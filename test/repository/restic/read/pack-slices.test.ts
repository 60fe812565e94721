import {randomBytes} from 'node:crypto';
import {setImmediate as turn} from 'node:timers/promises';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {PackTable} from '../../../../src/repository/restic/index/pack-table.ts';
import {packKey} from '../../../../src/repository/restic/files/object-keys.ts';
import {PackSlices} from '../../../../src/repository/restic/read/pack-slices.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import {failing, withFaults} from '../../../../src/storage/wrap/fault.ts';
import {temporaryDirectory} from '../write/_repository.ts';
import type {ExecutionContext} from 'ava';

const mebibyte = 1024 * 1024;

/** A pack of `size` bytes, and how often it was asked for; the attempts that `isBroken` says fail. */
async function packOf(t: ExecutionContext, size: number, isBroken: (attempt: number) => boolean = () => false) {
	const id = randomBytes(32);
	const content = randomBytes(size);
	const key = packKey(id.toString('hex'));
	const files = openFilesystemStorage({kind: 'filesystem', path: temporaryDirectory(t)});
	await files.put(key, content, neverAborts);
	let asked = 0;
	const storage = withFaults(files, ({operation}) => {
		if (operation !== 'get') return undefined;
		asked++;
		return isBroken(asked) ? failing('before') : undefined;
	});
	const packs = new PackTable();
	const pack = packs.numberOf(id);
	packs.extend(pack, size);
	const slices = new PackSlices(storage, packs);
	return {asked: () => asked, content, read: async (offset: number, length: number) => slices.read(pack, offset, length, neverAborts)};
}

test('ranges come out of a pack as they stand in it, whichever slices they lie in', async t => {
	const {content, read, asked} = await packOf(t, 4 * mebibyte + 17);
	for (const [offset, length] of [[0, 10], [mebibyte - 5, 10], [3 * mebibyte - 1, 2], [4 * mebibyte, 17], [mebibyte, 1], [100, mebibyte], [4 * mebibyte - 3, 20]] as const) {
		t.true((await read(offset, length)).equals(content.subarray(offset, offset + length)), `${length} bytes from ${offset}`);
	}
	t.is(asked(), 6, 'each of the five slices once, and what is as long as half of one by itself');
});

test('who goes from slice to slice finds the next one asked for already', async t => {
	const {content, read, asked} = await packOf(t, 6 * mebibyte);
	await read(0, 10);
	t.is(asked(), 1);
	for (const number of [1, 2, 3, 4]) {
		t.deepEqual(await read(number * mebibyte + 7, 10), content.subarray(number * mebibyte + 7, number * mebibyte + 17));
		t.is(asked(), number + 2);
	}
	await read(5 * mebibyte, 10);
	t.is(asked(), 6, 'there is nothing behind the end');
});

test('a slice that was asked for early and could not be read is no failure until it is needed, and then read again', async t => {
	const {content, read, asked} = await packOf(t, 4 * mebibyte, number => number === 2 || number === 4);
	await read(0, 10);
	t.deepEqual(await read(mebibyte, 10), content.subarray(mebibyte, mebibyte + 10));
	for (let round = 0; round < 10; round++) await turn();
	t.is(asked(), 3);
	t.deepEqual(await read(2 * mebibyte, 10), content.subarray(2 * mebibyte, 2 * mebibyte + 10));
	for (let round = 0; round < 10; round++) await turn();
	t.is(asked(), 5);
	t.deepEqual(await read(3 * mebibyte, 10), content.subarray(3 * mebibyte, 3 * mebibyte + 10));
	t.is(asked(), 6);
});
