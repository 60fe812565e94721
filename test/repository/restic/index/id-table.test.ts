import {createHash} from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {BlobTable} from '../../../../src/repository/restic/index/blob-table.ts';
import {IdTable} from '../../../../src/repository/restic/index/id-table.ts';

const idOf = (value: number): Buffer => createHash('sha256').update(String(value)).digest();

test('a table of 20 000 IDs finds each by its number, and nothing else', t => {
	const table = new IdTable();
	for (let value = 0; value < 20_000; value++) table.append(idOf(value));
	t.is(table.count, 20_000);
	const wrong = Array.from({length: 20_000}, (_, value) => value).filter(value => table.find(idOf(value)) !== value || !idOf(value).equals(table.idOf(value)));
	t.deepEqual(wrong, []);
	t.is(table.find(idOf(20_001)), -1);
});

test('an ID is known once it was added, and adding it again changes nothing', t => {
	fc.assert(
		fc.property(fc.array(fc.nat({max: 50}), {maxLength: 200}), values => {
			const table = new IdTable();
			const known = new Set<number>();
			for (const value of values) {
				t.is(table.add(idOf(value)), !known.has(value));
				known.add(value);
			}
			t.is(table.count, known.size);
		}),
	);
});

test('IDs that fall on the same slot are told apart', t => {
	const table = new IdTable();
	const ids = Array.from({length: 300}, (_, value) => Buffer.concat([Buffer.alloc(16, 7), idOf(value).subarray(0, 16)]));
	for (const id of ids) table.append(id);
	t.deepEqual(ids.map(id => table.find(id)), ids.map((_, number) => number));
});

test('a blob that lies in several packs is found in each, in the order in which the places were read, also after the table grew', t => {
	const table = new BlobTable();
	table.add(idOf(1), 0, 5, 100, 50, 0);
	for (let value = 1000; value < 3000; value++) table.add(idOf(value), 0, 0, value, 40, 80);
	table.add(idOf(1), 0, 6, 200, 60, 90);
	t.false(table.add(idOf(1), 0, 5, 100, 50, 0), 'the same place again');

	const places: unknown[] = [];
	for (let entry = table.find(idOf(1)); entry >= 0; entry = table.find(idOf(1), 0, entry)) {
		places.push([table.packOf(entry), table.offsetOf(entry), table.lengthOf(entry), table.plainLengthOf(entry), table.isCompressed(entry)]);
	}
	t.deepEqual(places, [[5, 100, 50, 18, false], [6, 200, 60, 90, true]]);
});

test('offsets and lengths up to 4 GiB are kept exactly', t => {
	const table = new BlobTable();
	table.add(idOf(1), 0, 0, 0xffff_fff0, 0xffff_ffff, 0xffff_fffe);
	const entry = table.find(idOf(1));
	t.deepEqual([table.offsetOf(entry), table.lengthOf(entry), table.uncompressedOf(entry)], [0xffff_fff0, 0xffff_ffff, 0xffff_fffe]);
});
