import {createHash, randomBytes} from 'node:crypto';
import {zstdCompressSync} from 'node:zlib';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {systemRandom} from '../../../../src/base/random.ts';
import {proveLargeBlob} from '../../../../src/repository/restic/check/prove-large-blob.ts';
import {TreeFacts} from '../../../../src/repository/restic/check/tree-facts.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {emptyFullIndex} from '../../../../src/repository/restic/index/load-index.ts';
import type {OpenRepository} from '../../../../src/repository/restic/open-repository.ts';
import type {FullIndex} from '../../../../src/repository/restic/index/load-index.ts';

const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);
const repository = {sealer} as OpenRepository;

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
/** Content of 100 bytes each, stored raw. */
const contents = Array.from({length: 50}, () => randomBytes(32));
const subtree = randomBytes(32);

function indexWith(tree: Uint8Array): FullIndex {
	const index = emptyFullIndex();
	for (const [at, id] of contents.entries()) index.data.add(id, 0, 0, at * 132, 132, 0);
	index.trees.add(tree, 0, 1, 0, 1000, 0);
	index.trees.add(subtree, 0, 1, 1000, 1000, 0);
	return index;
}

/** Of more than one slot holds: 60 000 files, of which every thousandth has content, and one directory. */
function largeTree(change: (nodes: Array<Record<string, unknown>>) => void = () => undefined): Buffer {
	const time = '2026-01-02T03:04:05.678Z';
	const nodes: Array<Record<string, unknown>> = Array.from({length: 60_000}, (_, at) => {
		const content = at % 1000 === 0 ? contents.slice(at / 2000, at / 2000 + 2).map(id => id.toString('hex')) : null;
		return {name: `file ${at}`, type: 'file', mode: 420, mtime: time, atime: time, ctime: time, uid: 0, gid: 0, size: (content?.length ?? 0) * 100, content};
	});
	nodes.push({name: 'sub', type: 'dir', mode: 2_147_484_141, mtime: time, atime: time, ctime: time, uid: 0, gid: 0, subtree: subtree.toString('hex')});
	change(nodes);
	return Buffer.from(JSON.stringify({nodes}));
}

for (const compressed of [true, false]) {
	test(`a tree larger than a slot is proven and read on the way, ${compressed ? 'compressed' : 'stored raw'}`, async t => {
		const plain = largeTree();
		t.true(plain.length > 8 * 1024 * 1024);
		const id = sha256(plain);
		const index = indexWith(id);
		const sealed = sealer.seal(compressed ? zstdCompressSync(plain) : plain);
		const uncompressed = compressed ? plain.length : 0;
		const proven = async (facts: TreeFacts, bytes: Buffer, length = uncompressed, name = id): Promise<boolean> => proveLargeBlob(repository, facts, {type: 'tree', sealed: Buffer.from(bytes), uncompressed: length, id: name}, neverAborts);

		const facts = new TreeFacts(index);
		t.true(await proven(facts, sealed));
		t.true(facts.has(0));
		t.false(facts.has(1));
		t.deepEqual([...facts.subtrees(0)], [1]);
		t.deepEqual([...new Set(facts.content(0))].sort((a, b) => a - b), Array.from({length: 31}, (_, at) => at));

		for (const at of [3, 40, sealed.length >> 1, sealed.length - 1]) {
			const damaged = Buffer.from(sealed);
			damaged[at]! ^= 1;
			const untold = new TreeFacts(index);
			t.false(await proven(untold, damaged));
			t.false(untold.has(0));
		}
		const other = new TreeFacts(index);
		t.false(await proven(other, sealed, uncompressed, subtree));
		if (compressed) {
			t.false(await proven(other, sealed, plain.length - 1));
			t.false(await proven(other, sealed, plain.length + 1));
			t.false(await proven(other, sealer.seal(zstdCompressSync(plain).subarray(0, -5))));
		}
		t.false(other.has(0) || other.has(1));
	});
}

const lacking: Array<[what: string, change: (nodes: Array<Record<string, unknown>>) => void]> = [
	['needs content that is in no index', nodes => Object.assign(nodes[7]!, {content: ['ab'.repeat(32)], size: 100})],
	['needs a tree that is in no index', nodes => Object.assign(nodes.at(-1)!, {subtree: 'ab'.repeat(32)})],
	['says another size of a file than its content has', nodes => Object.assign(nodes[0]!, {size: 99})],
	['has a directory without a tree', nodes => delete nodes.at(-1)!['subtree']],
	['is no tree', nodes => Object.assign(nodes[9]!, {name: 'a/b'})],
];

for (const [what, change] of lacking) {
	test(`a tree that ${what} is left to the walk, which tells whom it concerns`, async t => {
		const plain = largeTree(change);
		const index = indexWith(sha256(plain));
		const facts = new TreeFacts(index);
		t.true(await proveLargeBlob(repository, facts, {type: 'tree', sealed: sealer.seal(zstdCompressSync(plain)), uncompressed: plain.length, id: sha256(plain)}, neverAborts));
		t.false(facts.has(0));
	});
}
