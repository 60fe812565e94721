import {execFileSync} from 'node:child_process';
import {appendFileSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {newRepository, password, reopen} from '../repository/restic/write/_repository.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {noise} from '../repository/restic/write/_source.ts';
import {isAtLeast, peers} from './_peers.ts';
import {restic, resticBinaries, resticOutput} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {CopyResult} from '../../src/repository/restic/copy/copy-archives.ts';

type Snapshot = {id: string; tree: string; time: string; original?: string; tags?: string[]; paths: string[]};

const otherPassword = 'another password';
const snapshotsOf = async (binary: string, path: string, secret: string): Promise<Snapshot[]> => JSON.parse(await resticOutput(binary, path, secret, ['snapshots', '--json'])) as Snapshot[];

async function copy(t: ExecutionContext, from: string, to: string, secrets: {from?: string; to?: string} = {}): Promise<CopyResult> {
	const {repository: source} = await reopen(t, from, {clock: systemClock, password: secrets.from ?? password});
	const {repository: target} = await reopen(t, to, {clock: systemClock, password: secrets.to ?? otherPassword});
	const result = await target.copyFrom({from: await source.copySource(neverAborts)}, neverAborts);
	await source.close();
	await target.close();
	return result;
}

for (const {version, path: binary} of await resticBinaries()) {
	test(`archives of restic ${version} are copied under another key: same trees, same content, and nothing is copied twice`, async t => {
		t.timeout(300_000);
		const on = peers(t, binary);
		await on.restic('init', '--repository-version', '2');
		mkdirSync(join(on.source, 'folder/sub'), {recursive: true});
		for (let file = 0; file < 300; file++) writeFileSync(join(on.source, `folder/sub/f${file}`), noise(file, 100 + file * 7));
		for (let run = 0; run < 3; run++) {
			writeFileSync(join(on.source, 'large'), noise(run, 3_000_000));
			await on.restic('backup', '.', '--tag', `run-${run}`);
		}
		await on.restic('tag', '--add', 'later', 'latest');
		const target = join(on.directory('target'), 'repository');
		await newRepository(t, {path: target, password: otherPassword, clock: systemClock});

		const first = await copy(t, on.path, target);
		t.is(first.copied.length, 3);
		await resticOutput(binary, target, otherPassword, ['check', '--read-data']);
		const [theirs, copies] = [await snapshotsOf(binary, on.path, password), await snapshotsOf(binary, target, otherPassword)];
		t.deepEqual(copies.map(({tree, time, tags, original}) => ({tree, time, tags, original})), theirs.map(({id, tree, time, tags, original}) => ({tree, time, tags, original: original ?? id})));
		t.like(await copy(t, on.path, target), {copied: [], blobs: {copied: 0}, packs: 0});

		appendFileSync(join(on.source, 'large'), 'more');
		await on.restic('backup', '.');
		const more = await copy(t, on.path, target);
		t.is(more.copied.length, 1);
		t.true(more.blobs.copied < 6 && more.blobs.present > 300);
		// A copy of a copy, back where it came from, is recognised too.
		t.like(await copy(t, target, on.path, {from: otherPassword, to: password}), {copied: [], packs: 0});
		const restored = on.directory('restored');
		await resticOutput(binary, target, otherPassword, ['restore', 'latest', '--target', restored]);
		execFileSync('diff', ['-r', on.source, restored]);
		t.log(`${first.blobs.copied} blobs copied at first, ${more.blobs.copied} more later`);
	});

	if (!isAtLeast(version, '0.16.0')) continue;

	test(`restic ${version} and we recognise each other's copies`, async t => {
		t.timeout(300_000);
		const on = peers(t, binary);
		const {repository} = await on.create();
		mkdirSync(join(on.source, 'folder'));
		writeFileSync(join(on.source, 'folder/file'), noise(7, 1_000_000));
		await backUp(repository, on.source, {tags: ['one']});
		writeFileSync(join(on.source, 'folder/more'), noise(8, 1_000_000));
		await backUp(repository, on.source, {time: new Date(Date.now() - 86_400_000)});
		await repository.close();
		const target = join(on.directory('target'), 'repository');
		await resticOutput(binary, target, otherPassword, ['init']);
		const secret = join(on.directory('secret'), 'password');
		writeFileSync(secret, password);
		const theirCopy = async (): Promise<string> => resticOutput(binary, target, otherPassword, ['copy', '--from-repo', on.path, '--from-password-file', secret]);
		await theirCopy();
		t.like(await copy(t, on.path, target), {copied: [], blobs: {copied: 0}});

		const own = join(on.directory('own'), 'repository');
		await resticOutput(binary, own, otherPassword, ['init']);
		t.is((await copy(t, on.path, own)).copied.length, 2);
		await resticOutput(binary, own, otherPassword, ['copy', '--from-repo', on.path, '--from-password-file', secret]);
		t.is((await snapshotsOf(binary, own, otherPassword)).length, 2);
		const blobs = async (path: string): Promise<string[]> => (await resticOutput(binary, path, otherPassword, ['list', 'blobs'])).trim().split('\n').sort();
		t.deepEqual(await blobs(own), await blobs(target));
	});

	test(`between versions of the format, trees stay the same and restic ${version} finds no fault`, async t => {
		t.timeout(300_000);
		const on = peers(t, binary);
		await on.restic('init', '--repository-version', '1');
		mkdirSync(join(on.source, 'folder'));
		writeFileSync(join(on.source, 'folder/text'), 'text that compresses well\n'.repeat(50_000));
		writeFileSync(join(on.source, 'folder/noise'), noise(3, 2_000_000));
		await on.restic('backup', '.');
		const second = join(on.directory('second'), 'repository');
		await newRepository(t, {path: second, password: otherPassword, clock: systemClock});
		await copy(t, on.path, second);
		t.regex(await resticOutput(binary, second, otherPassword, ['check', '--read-data']), /no errors were found/);
		const pruned = await resticOutput(binary, second, otherPassword, ['prune', '--dry-run']);
		t.regex(pruned, /to repack:\s+0 blobs/);

		const first = join(on.directory('first'), 'repository');
		await resticOutput(binary, first, password, ['init', '--repository-version', '1']);
		await copy(t, second, first, {from: otherPassword, to: password});
		t.regex(await resticOutput(binary, first, password, ['check', '--read-data']), /no errors were found/);
		const trees = await Promise.all([snapshotsOf(binary, on.path, password), snapshotsOf(binary, second, otherPassword), snapshotsOf(binary, first, password)]);
		t.is(new Set(trees.flat().map(({tree}) => tree)).size, 1);
	});

	test(`an archive whose source is damaged is not copied, the others are, and restic ${version} finds no fault in the copies`, async t => {
		t.timeout(300_000);
		const on = peers(t, binary);
		await on.restic('init');
		writeFileSync(join(on.source, 'first'), noise(1, 1_000_000));
		await on.restic('backup', '.');
		const before = new Set((await resticOutput(binary, on.path, password, ['list', 'index'])).trim().split('\n'));
		rmSync(join(on.source, 'first'));
		writeFileSync(join(on.source, 'second'), noise(2, 1_000_000));
		await on.restic('backup', '.');
		// What only the second needs is not in the index any more.
		for (const id of (await resticOutput(binary, on.path, password, ['list', 'index'])).trim().split('\n')) if (!before.has(id)) rmSync(join(on.path, 'index', id));
		const target = join(on.directory('target'), 'repository');
		await newRepository(t, {path: target, password: otherPassword, clock: systemClock});
		const result = await copy(t, on.path, target);
		t.is(result.copied.length, 1);
		t.is(result.damaged.length, 1);
		t.is((await restic(binary, target, otherPassword, ['check', '--read-data'])).code, 0);
	});
}
