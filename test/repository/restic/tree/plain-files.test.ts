import test from 'ava';
import fc from 'fast-check';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {PlainFiles} from '../../../../src/repository/restic/tree/plain-files.ts';
import {TreeScanner} from '../../../../src/repository/restic/tree/tree-scanner.ts';
import {encodeTree} from './_encode-tree.ts';
import {anyDirectory, plainFile} from './_nodes.ts';
import type {Node} from '../../../../src/repository/node.ts';

const ids = (count: number): Uint8Array => Uint8Array.from({length: count * 32}, (_, at) => (at * 7) & 0xff);
const files = [
	plainFile({content: ids(3), size: 12_345, user: 'root', group: 'root'}),
	plainFile({name: Buffer.from('another'), uid: 7, mode: 0o4755, user: 'anna', group: 'root', inode: 2n ** 53n - 1n, mtimeNs: 951_782_399_999_999_999n, ctimeNs: -1n}),
	plainFile({name: Buffer.from('empty'), mtimeNs: -62_135_596_800_000_000_000n, links: 3}),
	plainFile({name: Buffer.from('large'), content: ids(200), deviceId: 3n}),
];

/** The nodes of a tree; undefined for one that is damaged. */
function read(tree: Uint8Array, plainFiles: PlainFiles | undefined, cut = 0): Node[] | undefined {
	const scanner = new TreeScanner('tree ab12', plainFiles);
	try {
		const nodes = [tree.subarray(0, cut), tree.subarray(cut)].flatMap(piece => scanner.push(piece));
		scanner.end();
		return nodes;
	} catch (error) {
		if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
		return undefined;
	}
}

test('ordinary files take no builder', t => {
	const plain = new PlainFiles();
	for (const file of files) {
		const tree = encodeTree([file]);
		const from = tree.indexOf('[') + 1;
		const nodes: Node[] = [];
		t.is(plain.read(tree, from, nodes), tree.lastIndexOf(']'));
		t.deepEqual(nodes, [file]);
	}
});

test('a tree is the same read file by file and member by member, whatever it holds and wherever it is cut', t => {
	const plain = new PlainFiles();
	fc.assert(
		fc.property(anyDirectory, fc.nat(), (nodes, cut) => {
			const tree = encodeTree(nodes);
			t.deepEqual(read(tree, plain, cut % tree.length), read(tree, undefined));
		}),
		{numRuns: 200},
	);
});

test('every second of the calendar is read as it is by who reads member by member', t => {
	const plain = new PlainFiles();
	const time = fc.bigInt({min: -62_167_219_200_000_000_000n, max: 253_402_300_799_999_999_999n});
	fc.assert(
		fc.property(time, time, (mtimeNs, ctimeNs) => {
			const tree = encodeTree([plainFile({mtimeNs, ctimeNs})]);
			const [node] = read(tree, plain) ?? [];
			t.is(node?.mtimeNs, mtimeNs);
			t.is(node?.ctimeNs, ctimeNs);
		}),
		{numRuns: 2000},
	);
});

test('no damage is overlooked: with any byte changed, a tree is refused or says the same as when it is read member by member', t => {
	const tree = encodeTree(files.slice(0, 3));
	const plain = new PlainFiles();
	let refused = 0;
	let taken = 0;
	for (let at = 0; at < tree.length; at++) {
		for (const byte of [0, 0x20, 0x22, 0x2c, 0x2e, 0x2f, 0x30, 0x39, 0x5c, 0x7d, tree[at]! ^ 0x20]) {
			const damaged = Buffer.from(tree);
			damaged[at] = byte;
			const slowly = read(damaged, undefined);
			t.deepEqual(read(damaged, plain), slowly, `${byte} at ${at}: ${damaged.subarray(Math.max(at - 40, 0), at + 10).toString()}`);
			if (slowly) taken++;
			else refused++;
		}
	}
	t.true(refused > 1000 && taken > 1000, `${refused} refused, ${taken} taken`);
});
