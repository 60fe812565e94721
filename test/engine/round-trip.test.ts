import {getuid} from 'node:process';
import test from 'ava';
import {compareTrees} from '../../src/engine/verify/compare-trees.ts';
import {makeCorpus} from '../fixtures/corpus/make-corpus.ts';
import {workshop} from './_workshop.ts';

const isRoot = getuid?.() === 0;

test('a volume with everything that Linux allows comes back byte for byte and with all its metadata', async t => {
	const {archive, restore, source, target, fileSystem} = await workshop(t);
	const {left} = await makeCorpus(source(), {seed: 7, devices: isRoot, owners: isRoot, sparseSize: 200_000_000});
	if (left.length > 0) t.log(`left out of the corpus: ${left.join(', ')}`);

	const backedUp = await archive();
	t.deepEqual(backedUp.skipped, []);
	t.deepEqual(backedUp.warnings, []);
	t.is(backedUp.tally.sockets, 1);

	const restored = await restore(backedUp.archive);
	t.deepEqual(restored.problems, []);
	t.is(restored.failed, 0);
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);

	const again = await archive();
	t.is(again.tally.filesRead, 0);
	t.is(again.added.bytes, 0);
	t.is(again.archive.tree, backedUp.archive.tree);

	const repeated = await restore(backedUp.archive);
	t.like(repeated.tally, {filesRestored: 0, filesUnchanged: restored.tally.filesTotal, metadataCorrected: 0, bytesRestored: 0});
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);

	const proven = await restore(backedUp.archive, {overwrite: 'Always'});
	t.deepEqual(proven.problems, []);
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);
});

test('a copy is known again by size and time alone, and nothing of it is read', async t => {
	const {archive, restore, source, target} = await workshop(t);
	await makeCorpus(source(), {seed: 8, devices: isRoot, owners: isRoot, sparseSize: 20_000_000, deep: false, large: false});
	const original = await archive();
	await restore(original.archive);

	const copy = await archive({source: {directory: target(), recordedAs: '/volume'}, comparison: 'size-mtime'});
	t.is(copy.parent?.id, original.archive.id);
	t.like(copy.tally, {filesRead: 0, filesNew: 0});
	t.is(copy.added.dataBlobs, 0);
});

test('the same seed makes the same corpus, another seed another', async t => {
	const {source, target, fileSystem} = await workshop(t);
	const options = {devices: isRoot, owners: isRoot, sparseSize: 1_000_000, deep: false, large: false};
	await makeCorpus(source(), {seed: 1, ...options});
	await makeCorpus(target(), {seed: 1, ...options});
	t.deepEqual(compareTrees(fileSystem, source(), target(), {ignore: ['mtime']}).filter(({path}) => path !== '/special/socket'), []);
	await makeCorpus(target('../other'), {seed: 2, ...options});
	t.true(compareTrees(fileSystem, source(), target('../other')).some(({field}) => field === 'content'));
});
