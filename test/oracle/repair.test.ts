import {cpSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync, closeSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {password, reopen} from '../repository/restic/write/_repository.ts';
import {noise} from '../repository/restic/write/_source.ts';
import {isAtLeast, peers} from './_peers.ts';
import {restic, resticBinaries, resticOutput} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {ResticRepository} from '../../src/repository/restic/restic-repository.ts';
import type {Peers} from './_peers.ts';

const binaries = await resticBinaries();

/** Two archives by restic in small packs, so that there are many. */
async function history(on: Peers): Promise<void> {
	await on.restic('init', '--repository-version', '2');
	for (let run = 0; run < 2; run++) {
		for (let folder = 0; folder < 6; folder++) {
			mkdirSync(join(on.source, `d${folder}/sub`), {recursive: true});
			for (let file = 0; file < 3; file++) writeFileSync(join(on.source, `d${folder}/f${file}`), noise(run * 100 + folder * 10 + file, 1_700_000));
			writeFileSync(join(on.source, `d${folder}/sub/text`), `run ${run} folder ${folder}`);
		}
		writeFileSync(join(on.source, 'always'), 'the same');
		await on.restic('backup', '--pack-size', '4', '.');
	}
}

const list = (path: string, folder: string): string[] => readdirSync(join(path, folder), {recursive: true, encoding: 'utf8'}).map(name => join(path, folder, name)).filter(file => statSync(file).isFile()).sort();

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1);

function flip(file: string, at: number): void {
	const bytes = readFileSync(file);
	bytes[at]! ^= 0x40;
	rmSync(file, {force: true});
	writeFileSync(file, bytes);
}

/** The packs of each type that the indexes name, largest first. */
async function packsByType(binary: string, path: string, indexes = list(path, 'index')): Promise<{data: string[]; tree: string[]}> {
	const files = list(path, 'data');
	const packs: {data: string[]; tree: string[]} = {data: [], tree: []};
	for (const index of indexes) {
		const {packs: named} = JSON.parse(await resticOutput(binary, path, password, ['cat', 'index', nameOf(index)])) as {packs: Array<{id: string; blobs: Array<{type: 'data' | 'tree'}>}>};
		for (const {id, blobs} of named) packs[blobs[0]!.type].push(files.find(file => nameOf(file) === id)!);
	}
	const bySize = (a: string, b: string): number => statSync(b).size - statSync(a).size;
	return {data: packs.data.sort(bySize), tree: packs.tree.sort(bySize)};
}

async function ours<Result>(t: ExecutionContext, path: string, work: (repository: ResticRepository) => Promise<Result>): Promise<Result> {
	const {repository} = await reopen(t, path, {clock: systemClock, treeForm: 'restic'});
	try {
		return await work(repository);
	} finally {
		await repository.close();
	}
}

const blobsOf = async (binary: string, path: string): Promise<string[]> => (await resticOutput(binary, path, password, ['list', 'blobs'])).trim().split('\n').sort();

type Snapshot = {id: string; tree: string; tags?: string[]; original?: string; time: string; hostname: string};
const snapshotsOf = async (binary: string, path: string): Promise<Snapshot[]> => JSON.parse(await resticOutput(binary, path, password, ['snapshots', '--json'])) as Snapshot[];

const damages: Record<string, (path: string, packs: {data: string[]; tree: string[]}) => void> = {
	'no index file': path => list(path, 'index').forEach(file => rmSync(file)),
	'one index file less': path => rmSync(list(path, 'index')[0]!),
	'a pack of data less': (_, {data}) => rmSync(data[0]!),
	'a pack of trees less': (_, {tree}) => rmSync(tree[0]!),
	'packs and an index file less': (path, {data}) => {
		for (const pack of data.slice(0, 3)) rmSync(pack);
		rmSync(list(path, 'index')[1]!);
	},
	nothing: () => undefined,
};

for (const {version, path: binary} of binaries) {
	test(`repair index makes of a damaged index what restic ${version} makes of it`, async t => {
		t.timeout(300_000);
		const on = peers(t, binary);
		await history(on);
		const packs = await packsByType(binary, on.path);
		const theirs = isAtLeast(version, '0.16.0') ? ['repair', 'index'] : ['rebuild-index'];
		for (const [name, damage] of Object.entries(damages)) {
			const sides = ['a', 'b'].map(side => join(on.directory(`${name}-${side}`), 'repository'));
			for (const path of sides) {
				cpSync(on.path, path, {recursive: true});
				const moved = (list_: string[]): string[] => list_.map(file => join(path, file.slice(on.path.length)));
				damage(path, {data: moved(packs.data), tree: moved(packs.tree)});
			}
			const [a, b] = sides as [string, string];
			const planned = await ours(t, a, async repository => repository.repairIndex({dryRun: true}, neverAborts));
			const result = await ours(t, a, async repository => repository.repairIndex({}, neverAborts));
			t.deepEqual({...planned, dryRun: false}, result, name);
			await resticOutput(binary, b, password, theirs);
			t.deepEqual(await blobsOf(binary, a), await blobsOf(binary, b), name);
			t.is((await restic(binary, a, password, ['check', '--read-data'])).code, (await restic(binary, b, password, ['check', '--read-data'])).code, name);
			const again = await ours(t, a, async repository => repository.repairIndex({}, neverAborts));
			t.like(again, {indexFiles: {removed: 0}, packs: {added: 0, corrected: 0, missing: []}}, name);
			const all = await ours(t, a, async repository => repository.repairIndex({readAllPacks: true}, neverAborts));
			t.is(all.packs.unreadable.length, 0);
			t.deepEqual(await blobsOf(binary, a), await blobsOf(binary, b), name);
		}
	});

	if (!isAtLeast(version, '0.16.0')) continue;

	test(`repair packs and snapshots save as much of damaged packs as restic ${version} does`, async t => {
		t.timeout(300_000);
		const on = peers(t, binary);
		await history(on);
		const packs = await packsByType(binary, on.path);
		const [data, tree] = [packs.data[0]!, packs.tree[0]!];
		flip(data, 5000);
		flip(tree, 40);
		const other = join(on.directory('other'), 'repository');
		cpSync(on.path, other, {recursive: true});

		const saved = new Map<string, number>();
		const {packs: results} = await ours(t, on.path, async repository =>
			repository.repairPacks(
				{
					packs: [nameOf(data), nameOf(tree)],
					async save(id, pieces) {
						let bytes = 0;
						for await (const piece of pieces) bytes += piece.length;
						saved.set(id, bytes);
					},
				},
				neverAborts,
			),
		);
		t.deepEqual(results.map(({lost}) => lost.length), [1, 1]);
		t.is(saved.size, 2);
		const copies = on.directory('copies');
		await resticOutput(binary, other, password, ['repair', 'packs', nameOf(data), nameOf(tree)], {cwd: copies});
		for (const [id, bytes] of saved) t.is(bytes, statSync(join(copies, `pack-${id}`)).size);
		t.deepEqual(await blobsOf(binary, on.path), await blobsOf(binary, other));

		const before = await snapshotsOf(binary, on.path);
		const kept = await ours(t, on.path, async repository => repository.repairSnapshots({keepPartial: true}, neverAborts));
		await resticOutput(binary, other, password, ['repair', 'snapshots']);
		// Before 0.19 restic writes an emptied directory as a tree that makes its own ls crash.
		const holds = ({tree: root, tags}: Snapshot): string => (isAtLeast(version, '0.19.0') || !tags ? root : '');
		const described = async (path: string): Promise<string[]> =>
			(await snapshotsOf(binary, path)).map(snapshot => JSON.stringify([holds(snapshot), snapshot.tags, snapshot.original, snapshot.time, snapshot.hostname])).sort();
		t.deepEqual(await described(on.path), await described(other));
		t.true(kept.repaired.length > 0);

		const again = await ours(t, on.path, async repository => repository.repairSnapshots({keepPartial: true, forget: true}, neverAborts));
		await resticOutput(binary, other, password, ['repair', 'snapshots', '--forget']);
		t.is(again.removed.length, kept.repaired.length);
		const contents = async (path: string): Promise<Set<string>> => new Set((await described(path)).map(text => (JSON.parse(text) as string[])[0]!));
		if (isAtLeast(version, '0.19.0')) t.deepEqual(await contents(on.path), await contents(other));
		await resticOutput(binary, on.path, password, ['check', '--read-data']);
		t.deepEqual((await ours(t, on.path, async repository => repository.check({readData: true}, neverAborts))).problems, []);
		t.log(`${before.length} archives, ${kept.repaired.length} repaired: ${kept.repaired.flatMap(({findings}) => findings.map(({path, problem}) => `${path} ${problem}`)).join(', ')}`);
	});

	test(`after the whole row of repairs, restic ${version} finds no fault in what is left of a repository that was cut to pieces`, async t => {
		t.timeout(300_000);
		const on = peers(t, binary);
		await history(on);
		const [index, ...others] = list(on.path, 'index');
		// Of an index that stays whole: a pack whose header is gone is otherwise known to nobody.
		const packs = await packsByType(binary, on.path, others);
		rmSync(packs.data[1]!);
		truncateSync(packs.data[2]!, statSync(packs.data[2]!).size - 100);
		truncateSync(packs.data[3]!, 3_000_000);
		flip(packs.tree.at(-1)!, 60);
		const fd = openSync(index!, 'r+');
		writeSync(fd, 'garbage', 100);
		closeSync(fd);

		const repaired = await ours(t, on.path, async repository => repository.repairIndex({}, neverAborts));
		t.is(repaired.indexFiles.damaged.length, 1);
		const damaged = new Set((await ours(t, on.path, async repository => repository.check({readData: true}, neverAborts))).problems.map(({object}) => object).filter(object => object.startsWith('data/')).map(nameOf));
		t.true(damaged.size >= 2);
		await ours(t, on.path, async repository => repository.repairPacks({packs: [...damaged]}, neverAborts));
		const snapshots = await ours(t, on.path, async repository => repository.repairSnapshots({forget: true}, neverAborts));
		t.true(snapshots.repaired.length > 0);
		t.deepEqual((await ours(t, on.path, async repository => repository.check({readData: true}, neverAborts))).problems, []);
		t.regex(await on.restic('check', '--read-data'), /no errors were found/);
		await on.restic('restore', 'latest', '--target', on.directory('target'));
		await on.restic('prune');
		t.regex(await on.restic('check', '--read-data'), /no errors were found/);
	});
}
