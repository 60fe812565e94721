import {createHash} from 'node:crypto';
import test from 'ava';
import {noFacts} from '../../../../src/repository/entry-facts.ts';
import type {EntryFacts} from '../../../../src/repository/entry-facts.ts';
import type {Node} from '../../../../src/repository/node.ts';
import {systemRandom} from '../../../../src/base/random.ts';
import {TreeWriter} from '../../../../src/repository/restic/write/tree-writer.ts';
import {temporaryDirectory} from './_repository.ts';
import type {ExecutionContext} from 'ava';

type Trees = {writer: TreeWriter; texts: string[]};

function newWriter(t: ExecutionContext): Trees {
	const texts: string[] = [];
	const blobs = {
		storeTree(plain: Uint8Array) {
			texts.push(Buffer.from(plain).toString());
			return createHash('sha256').update(plain).digest('hex');
		},
		storeLargeTree: async () => t.fail('no tree of this test is large'),
	};
	return {writer: new TreeWriter({blobs, form: 'canonical', scratch: {directory: temporaryDirectory(t), random: systemRandom}, known: {has: () => false}}), texts};
}

const facts = (more: Partial<EntryFacts>): EntryFacts => ({...noFacts(), mode: 0o640, uid: 7, gid: 8, links: 1, mtimeSeconds: 1_700_000_000, ctimeSeconds: 1_700_000_001, inodeLow: 12, ...more});

const nodeOf = (name: Buffer, {mode, uid, gid, links, size, mtimeSeconds, ctimeSeconds, inodeLow}: EntryFacts, content: Uint8Array): Node => ({
	name, type: 'file', mode, uid, gid, user: 'somebody', links, size, content,
	mtimeNs: BigInt(mtimeSeconds) * 1_000_000_000n, atimeNs: BigInt(mtimeSeconds) * 1_000_000_000n, ctimeNs: BigInt(ctimeSeconds) * 1_000_000_000n, inode: BigInt(inodeLow), deviceId: 0n,
});

const ids = (count: number): Uint8Array => Uint8Array.from({length: count * 32}, (_, at) => (at * 7 + count) % 256);

test('files that are added straight from what was found give the tree that their nodes give, whatever stands between them', t => {
	const quick = newWriter(t);
	const slow = newWriter(t);
	for (const {writer} of [quick, slow]) writer.enter();
	const names = ['a', 'a link', 'b"\\', 'c\xff', 'two names', 'z'.repeat(255)].map(name => Buffer.from(name, 'latin1'));
	for (const [number, name] of names.entries()) {
		const content = ids(number * number);
		const found = facts({size: content.length * 10, links: name.toString() === 'two names' ? 2 : 1});
		const padded = Buffer.concat([Buffer.from('before'), name, Buffer.from('behind')]);
		const node = nodeOf(name, found, content);
		if (name.toString() === 'a link' || !quick.writer.addFile({facts: found, names: padded, from: 6, to: 6 + name.length, user: 'somebody', group: undefined, attributes: [], anyIdentity: false}, content)) {
			t.true(['a link', 'two names'].includes(name.toString()));
			void quick.writer.add(node);
		}
		void slow.writer.add(node);
	}
	t.is(quick.writer.leave(), slow.writer.leave());
	t.deepEqual(quick.texts, slow.texts);
	t.is((JSON.parse(quick.texts[0]!) as {nodes: unknown[]}).nodes.length, names.length);
});

test('files that come in the wrong order are refused, since readers search trees by it', t => {
	const {writer} = newWriter(t);
	writer.enter();
	const add = (name: string): boolean => writer.addFile({facts: facts({}), names: Buffer.from(name), from: 0, to: name.length, user: undefined, group: undefined, attributes: [], anyIdentity: false}, ids(0));
	t.true(add('b'));
	t.true(add('ba'));
	for (const name of ['ba', 'b', 'a']) t.throws(() => add(name), {code: 'Unexpected', message: new RegExp(`"${name}" came after "ba"`)});
	t.true(add('c'));
});
