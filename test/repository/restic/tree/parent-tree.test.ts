import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {newRepository} from '../write/_repository.ts';
import {plainFile} from './_nodes.ts';
import type {Archive} from '../../../../src/repository/archive.ts';
import type {Node} from '../../../../src/repository/node.ts';
import type {ParentNode, Repository} from '../../../../src/repository/repository.ts';

/** Enough for several windows, and for more than is held in one piece. */
const many: Node[] = Array.from({length: 5000}, (_, number) => plainFile({name: Buffer.from(`file "${String(number).padStart(6, '0')}" }],{`), inode: BigInt(number + 1)}));

/** A node that fits into no window: the content of a file of many gigabytes. */
const longFile = plainFile({name: Buffer.from('file "002500" long'), size: 1, content: new Uint8Array(6000 * 32).map((_, at) => at * 7)});
const withLong = [...many, longFile].sort((a, b) => Buffer.compare(a.name, b.name));

type Written = {archive: Archive; trees: number; found: number};

/** An archive whose only directory has these entries, beside the parent if there is one. */
async function write(repository: Repository, nodes: Node[], parent?: Archive): Promise<Written> {
	const writer = await repository.startArchive(parent ? {parent} : {}, neverAborts);
	const root = writer.parentRoot;
	let found = 0;
	writer.enterDirectory(root);
	for (const node of nodes) {
		const previous: ParentNode | undefined = await root?.find(node.name);
		if (previous) found++;
		await writer.addNode(node, previous);
	}
	const tree = await writer.leaveDirectory();
	const archive = await writer.finish({time: new Date(), tree, paths: ['/x'], hostname: 'h', username: 'u', excludes: [], tags: []});
	return {archive, trees: writer.added.treeBlobs, found};
}

test('a directory of many pieces in which nothing has changed is not written again', async t => {
	const {repository} = await newRepository(t);
	const first = await write(repository, many);
	const second = await write(repository, many, first.archive);
	t.like(second, {trees: 0, found: many.length});
	t.is(second.archive.tree, first.archive.tree);
});

for (const [what, place] of [['first', 0], ['last', many.length - 1], ['one in the middle', 3000]] as const) {
	test(`when of a directory of many pieces the ${what} entry changes, the tree is that written anew`, async t => {
		const {repository} = await newRepository(t);
		const first = await write(repository, many);
		for (const changed of [many.toSpliced(place, 1), many.with(place, {...many[place]!, mode: 0o600}), many.toSpliced(place, 0, {...many[place]!, name: Buffer.concat([many[place]!.name.subarray(0, -1), Buffer.from('!')])})]) {
			const beside = await write(repository, changed, first.archive);
			const alone = await write(repository, changed);
			t.is(beside.archive.tree, alone.archive.tree);
			t.not(beside.archive.tree, first.archive.tree);
			t.true(beside.found >= many.length - 1);
		}
	});
}

test('a file whose content is longer than a window is found, passed over, and does not hide what comes after', async t => {
	const {repository} = await newRepository(t);
	const first = await write(repository, withLong);
	const again = await write(repository, withLong, first.archive);
	t.is(again.archive.tree, first.archive.tree);
	t.is(again.found, withLong.length);
	const without = await write(repository, many, first.archive);
	t.is(without.archive.tree, (await write(repository, many)).archive.tree);
	t.is(without.found, many.length);

	const next = await repository.startArchive({parent: first.archive}, neverAborts);
	t.teardown(async () => next.abandon());
	t.deepEqual(Buffer.from((await next.parentRoot!.find(longFile.name))!.content!), Buffer.from(longFile.content!));
});

test('an empty directory stays as it is, and one that has been emptied does not', async t => {
	const {repository} = await newRepository(t);
	const empty = await write(repository, []);
	t.like(await write(repository, [], empty.archive), {trees: 0, found: 0});
	const filled = await write(repository, many.slice(0, 3));
	t.is((await write(repository, [], filled.archive)).archive.tree, empty.archive.tree);
	t.is((await write(repository, many.slice(0, 3), empty.archive)).archive.tree, filled.archive.tree);
});

test('a parent that another directory was compared with leaves no trace in it', async t => {
	const {repository} = await newRepository(t);
	const first = await write(repository, many.slice(0, 10));
	const odd = many.slice(0, 10).map((node, number) => (number % 2 === 0 ? node : {...node, uid: 5}));
	t.is((await write(repository, odd, first.archive)).archive.tree, (await write(repository, odd)).archive.tree);
});
