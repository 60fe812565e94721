import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {newRepository} from '../write/_repository.ts';
import {plainFile} from './_nodes.ts';
import type {ExecutionContext} from 'ava';
import type {ParentDirectory} from '../../../../src/repository/repository.ts';

/** The root of a stored archive with these entries, each a directory with one file in it. */
async function storedRoot(t: ExecutionContext, names: string[]): Promise<ParentDirectory> {
	const {repository} = await newRepository(t);
	const writer = await repository.startArchive({}, neverAborts);
	writer.enterDirectory();
	for (const name of names) {
		writer.enterDirectory();
		await writer.addNode(plainFile({name: Buffer.from(`in-${name}`)}));
		const subtree = await writer.leaveDirectory();
		await writer.addNode(plainFile({name: Buffer.from(name), type: 'dir', subtree}));
	}
	const tree = await writer.leaveDirectory();
	const parent = await writer.finish({time: new Date(), tree, paths: ['/x'], hostname: 'h', username: 'u', excludes: [], tags: []});
	const next = await repository.startArchive({parent}, neverAborts);
	t.teardown(async () => next.abandon());
	return next.parentRoot!;
}

test('entries of the parent are found in step with a walk in byte order; new names between them are not', async t => {
	const root = await storedRoot(t, ['b', 'd', 'f']);
	const found: string[] = [];
	for (const name of ['a', 'b', 'b', 'c', 'd', 'e', 'f', 'g']) if ((await root.find(Buffer.from(name)))?.name.toString() === name) found.push(name);
	t.deepEqual(found, ['b', 'b', 'd', 'f']);
});

test('what the walk skips is skipped in the parent', async t => {
	const root = await storedRoot(t, Array.from({length: 50}, (_, number) => `d${String(number).padStart(2, '0')}`));
	t.is((await root.find(Buffer.from('d40')))?.name.toString(), 'd40');
	t.is(await root.find(Buffer.from('d39')), undefined);
});

test('directories of the parent are opened on the way, while their parents stay open', async t => {
	const root = await storedRoot(t, ['a', 'b']);
	const a = await root.open((await root.find(Buffer.from('a')))!);
	t.is((await a?.find(Buffer.from('in-a')))?.type, 'file');
	const b = await root.open((await root.find(Buffer.from('b')))!);
	t.is((await b?.find(Buffer.from('in-b')))?.type, 'file');
	t.is(await a?.find(Buffer.from('in-b')), undefined);
});

test('an entry without a tree opens to nothing', async t => {
	const root = await storedRoot(t, ['a']);
	t.is(await root.open(plainFile({type: 'dir'})), undefined);
	t.is(await root.open(plainFile({type: 'dir', subtree: 'ab'.repeat(32)})), undefined);
});
