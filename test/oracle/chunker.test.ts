import test from 'ava';
import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {systemRandom} from '../../src/base/random.ts';
import {generatePolynomial} from '../../src/repository/restic/chunker/polynomial.ts';
import {RabinChunker} from '../../src/repository/restic/chunker/rabin-chunker.ts';
import {cut} from '../repository/restic/chunker/_cut.ts';
import {goldenFiles, goldenPolynomial} from '../repository/restic/chunker/_golden-files.ts';
import {emptyRepository, password} from './_empty-repository.ts';
import {resticBinaries, resticOutput} from './_restic.ts';

type ResticTree = {nodes: Array<{name: string; content: string[] | null; subtree?: string}>};

for (const {version, path} of await resticBinaries()) {
	test(`restic ${version} cuts files where we do, under the polynomial of the unit tests and under a fresh one`, async t => {
		const root = await mkdtemp(join(tmpdir(), 'lazarette-chunker-'));
		t.teardown(async () => rm(root, {recursive: true, force: true}));
		const source = join(root, 'source');
		await mkdir(source);
		for (const [index, file] of goldenFiles.entries()) await writeFile(join(source, `file-${index}`), file.content());

		for (const polynomial of [goldenPolynomial, generatePolynomial(systemRandom)]) {
			const repository = join(root, polynomial.toString(16));
			await emptyRepository(t, repository, {polynomial});
			// A relative target makes the entries the root of the tree.
			const summary = await resticOutput(path, repository, password, ['backup', '--json', '.'], {cwd: source});
			const snapshot = /"snapshot_id":"([0-9a-f]+)"/.exec(summary)?.[1] ?? '';
			const {tree} = JSON.parse(await resticOutput(path, repository, password, ['cat', 'snapshot', snapshot])) as {tree: string};
			const {nodes} = JSON.parse(await resticOutput(path, repository, password, ['cat', 'blob', tree])) as ResticTree;
			const chunker = new RabinChunker(polynomial);

			t.is(nodes.length, goldenFiles.length);
			for (const [index, file] of goldenFiles.entries()) {
				const content = file.content();
				const lengths = cut(chunker, content);
				if (polynomial === goldenPolynomial) t.deepEqual(lengths, file.lengths, file.name);
				t.deepEqual(idsOf(content, lengths), nodes.find(node => node.name === `file-${index}`)?.content, `${file.name} under ${polynomial.toString(16)}`);
			}
		}
	});
}

function idsOf(content: Buffer, lengths: number[]): string[] {
	let at = 0;
	return lengths.map(length =>
		createHash('sha256')
			.update(content.subarray(at, (at += length)))
			.digest('hex'),
	);
}
