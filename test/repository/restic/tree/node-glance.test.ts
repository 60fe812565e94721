import test from 'ava';
import fc from 'fast-check';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {NodeGlance} from '../../../../src/repository/restic/tree/node-glance.ts';
import {TreeScanner} from '../../../../src/repository/restic/tree/tree-scanner.ts';
import {encodeTree as encode} from './_encode-tree.ts';
import {anyDirectory, plainFile} from './_nodes.ts';
import type {Node} from '../../../../src/repository/node.ts';
import type {Glance} from '../../../../src/repository/restic/tree/node-glance.ts';

const describe = ({type, name, size, content, subtree}: Node | Glance): string =>
	[Buffer.from(name).toString('hex'), type === 'file' || type === 'dir' ? type : 'other', type === 'file' ? size : '', Buffer.from(content ?? []).toString('hex'), typeof subtree === 'string' ? subtree : subtree ? Buffer.from(subtree).toString('hex') : ''].join(' ');

/** What of a tree matters to a check, and how many of its nodes took no more than a glance; undefined for one that is damaged. */
function read(tree: Uint8Array, glances: boolean, cut = 0): {nodes: string[]; glanced: number} | undefined {
	const nodes: string[] = [];
	let glanced = 0;
	const onGlance = new NodeGlance(glance => {
		glanced++;
		nodes.push(describe(glance));
	});
	const scanner = new TreeScanner('tree ab12', glances ? onGlance : undefined);
	try {
		for (const piece of [tree.subarray(0, cut), tree.subarray(cut)]) for (const node of scanner.push(piece)) nodes.push(describe(node));
		scanner.end();
	} catch (error) {
		if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
		return undefined;
	}
	return {nodes: nodes.sort(), glanced};
}

const ids = (count: number): Uint8Array => Uint8Array.from({length: count * 32}, (_, at) => (at * 7) & 0xff);
const ordinary = [
	plainFile({content: ids(3), size: 12_345, user: 'root', group: 'root'}),
	plainFile({name: Buffer.from('empty'), mtimeNs: -62_135_596_800_000_000_000n}),
	plainFile({name: Buffer.from('large'), content: ids(200)}),
	{...plainFile({name: Buffer.from('link'), type: 'symlink', linkTarget: Buffer.from('a.txt')}), content: undefined},
	{...plainFile({name: Buffer.from('sub'), type: 'dir', subtree: 'ab'.repeat(32)}), content: undefined},
].map(({content, ...node}) => (content ? {...node, content} : node) as Node);

test('ordinary files, links and directories take no more than a glance', t => {
	const found = read(encode(ordinary), true);
	t.is(found?.glanced, ordinary.length);
	t.deepEqual(found?.nodes, ordinary.map(describe).sort());
});

test('at a glance a tree needs what it needs when it is read node by node, whatever it holds and wherever it is cut', t => {
	fc.assert(
		fc.property(anyDirectory, fc.nat(), (nodes, cut) => {
			const tree = encode(nodes);
			t.deepEqual(read(tree, true, cut % tree.length)?.nodes, nodes.map(describe).sort());
		}),
		{numRuns: 200},
	);
});

test('no damage is overlooked at a glance: with any byte changed, a tree is refused or says the same as when it is read node by node', t => {
	const tree = encode(ordinary.filter(({name}) => name.toString() !== 'large'));
	let refused = 0;
	let taken = 0;
	for (let at = 0; at < tree.length; at++) {
		for (const byte of [0, 0x20, 0x22, 0x2c, 0x2e, 0x2f, 0x30, 0x39, 0x5c, 0x7d, tree[at]! ^ 0x20]) {
			const damaged = Buffer.from(tree);
			damaged[at] = byte;
			const slowly = read(damaged, false)?.nodes;
			const quickly = read(damaged, true)?.nodes;
			if (JSON.stringify(slowly) !== JSON.stringify(quickly)) t.fail(`${byte} at ${at}: ${damaged.subarray(at - 40, at + 10).toString()}`);
			if (slowly) taken++;
			else refused++;
		}
	}
	t.true(refused > 1000 && taken > 1000, `${refused} refused, ${taken} taken`);
});
