import test from 'ava';
import fc from 'fast-check';
import {randomBytes} from 'node:crypto';
import {execFileSync} from 'node:child_process';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {quickRepository} from '../repository/restic/prune/_quick-repository.ts';
import {stoppedEverywhere} from '../repository/restic/prune/_stopped-everywhere.ts';
import {writtenRepository} from '../repository/restic/prune/_written-repository.ts';
import {readBack} from '../repository/restic/read/_read-back.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {password, reopen, temporaryDirectory} from '../repository/restic/write/_repository.ts';
import {resticBinaries, resticOutput} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {ResticRepository} from '../../src/repository/restic/restic-repository.ts';

const binaries = await resticBinaries();
const newest = binaries.at(-1)!;

/** What restic would still do: nothing, if our prune was as thorough as its own. */
async function nothingToPrune(t: ExecutionContext, binary: string, path: string): Promise<void> {
	const said = await resticOutput(binary, path, password, ['prune', '--dry-run']);
	for (const line of ['to repack', 'this removes', 'to delete', 'total prune']) t.regex(said, new RegExp(`${line}:\\s+0 blobs / 0 B`), said);
	t.notRegex(said, /rebuild|unreferenced|will remove/i, said);
}

/** Changes a part of a directory, in files of many sizes; `kib` is how much. */
function change(source: string, run: number, kib: number): void {
	const folder = join(source, `folder-${run % 4}`, `run-${run % 7}`);
	mkdirSync(folder, {recursive: true});
	for (let left = kib * 1024, file = 0; left > 0; file++) {
		const size = Math.min(left, 500 + ((run * 7919 + file * 104_729) % 90_000));
		writeFileSync(join(folder, `file-${file}`), randomBytes(size));
		left -= size;
	}
	writeFileSync(join(source, 'always'), 'the same');
}

for (const {version, path: binary} of binaries) {
	test(`after our forget and prune, restic ${version} finds all data sound and nothing left to prune`, async t => {
		const source = temporaryDirectory(t);
		const {path, repository} = await quickRepository(t, {packSize: 512 * 1024, clock: systemClock});
		for (let run = 0; run < 12; run++) {
			rmSync(join(source, `folder-${run % 4}`), {recursive: true, force: true});
			change(source, run, 2500);
			await backUp(repository, source, {paths: ['/data'], time: new Date(Date.parse('2026-11-01T00:00:00Z') + run * 3_600_000)});
		}
		await resticOutput(binary, path, password, ['backup', source]);
		await repository.close();
		// By the next process, which writes packs of the usual size.
		const {repository: pruner} = await reopen(t, path, {clock: systemClock});
		const {forgotten, pruned} = await pruner.forget({policy: {last: 2}, prune: {}}, neverAborts);
		t.is(forgotten.remove.length, 10);
		t.true(pruned!.bytes.freed > 10 * 1024 * 1024);

		await resticOutput(binary, path, password, ['check', '--read-data']);
		await nothingToPrune(t, binary, path);
		t.is((await pruner.prune({dryRun: true}, neverAborts)).bytes.freed, 0);
		await pruner.close();

		const target = join(temporaryDirectory(t), 'restored');
		await resticOutput(binary, path, password, ['restore', forgotten.keep[0]!.archive.id, '--target', target]);
		execFileSync('diff', ['-r', '--no-dereference', source, target]);
		t.log(`${forgotten.remove.length} archives forgotten, ${Math.round(pruned!.bytes.freed / 1024)} KiB freed`);
	});

	test(`restic ${version} and we forget, prune, tag and back up in turn, and nothing is ever lost`, async t => {
		const source = temporaryDirectory(t);
		const {path, repository} = await quickRepository(t, {packSize: 256 * 1024, clock: systemClock});
		const {repository: pruner} = await reopen(t, path, {clock: systemClock});
		const their = async (...args: string[]): Promise<string> => resticOutput(binary, path, password, args);
		/** What each tree held when it was backed up. */
		const written = new Map<string, string>();
		let run = 0;
		const newArchive = async (back: () => Promise<unknown>): Promise<void> => {
			change(source, run, 300 + 100 * (run++ % 5));
			if (run % 3 === 0) rmSync(join(source, `folder-${run % 4}`), {recursive: true, force: true});
			await back();
			for (const archive of await repository.archives(neverAborts)) if (!written.has(archive.tree)) written.set(archive.tree, await manifest(repository, archive));
			await repository.close();
		};
		const steps: Record<string, () => Promise<unknown>> = {
			'our backup': async () => newArchive(async () => backUp(repository, source, {paths: [source], hostname: 'host', time: new Date()})),
			'their backup': async () => newArchive(async () => resticOutput(binary, path, password, ['backup', '--host', 'host', '.'], {cwd: source})),
			'our forget': async () => pruner.forget({policy: {last: 3}, groupBy: ['host']}, neverAborts),
			'their forget': async () => their('forget', '--keep-last', '3', '--group-by', 'host'),
			'our prune': async () => pruner.prune({}, neverAborts),
			'their prune': async () => their('prune'),
			'our tag': async () => repository.changeTags({select: ({time}) => time.getTime() % 2 === 0, change: {add: ['even']}}, neverAborts),
			'their tag': async () => their('tag', '--add', 'theirs', 'latest'),
			'their repair of the index': async () => their(...(version.startsWith('0.14.') ? ['rebuild-index'] : ['repair', 'index'])),
		};

		const [order] = fc.sample(fc.shuffledSubarray([...Object.keys(steps), ...Object.keys(steps), ...Object.keys(steps)], {minLength: 27}), {numRuns: 1, seed: 4711});
		for (const step of ['our backup', 'their backup', ...order!, 'our prune']) {
			await steps[step]!();
			await repository.close();
			await their('check');
			t.deepEqual((await repository.check({readData: false}, neverAborts)).problems, [], step);
			await repository.close();
		}

		const archives = await repository.archives(neverAborts);
		t.true(archives.length > 0);
		for (const archive of archives) t.is(await manifest(repository, archive), written.get(archive.tree)!);
		await repository.close();
		await their('check', '--read-data');
		await nothingToPrune(t, binary, path);
		t.log(`${order!.length + 3} steps in turn, ${written.size} archives written, ${archives.length} left`);
	});
}

test(`after a prune that is stopped at any call, restic ${newest.version} finds all archives sound, and after the next one nothing left to prune`, async t => {
	let checks = 0;
	const stops = await stoppedEverywhere(t, {
		origin: await writtenRepository(t),
		work: async repository => repository.forget({policy: {last: 2}, prune: {maxUnused: {bytes: 0}}}, neverAborts),
		async afterStop(path) {
			await resticOutput(newest.path, path, password, ['unlock', '--remove-all']);
			await resticOutput(newest.path, path, password, ['check', '--read-data']);
			checks++;
		},
		async afterRepetition(path) {
			await resticOutput(newest.path, path, password, ['check', '--read-data']);
			await nothingToPrune(t, newest.path, path);
			checks++;
		},
	});
	t.log(`forget and prune stopped at ${stops} places, ${checks} checks by restic clean`);
	t.true(stops > 60);
});

async function manifest(repository: ResticRepository, archive: Parameters<typeof readBack>[1]): Promise<string> {
	const entries = await readBack(repository, archive);
	return JSON.stringify([...entries].map(([path, {node, sha256}]) => [path, node.type, sha256]));
}
