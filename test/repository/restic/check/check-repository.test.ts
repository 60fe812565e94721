import {chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {toLazaretteError} from '../../../../src/base/errors.ts';
import {createResticRepository} from '../../../../src/repository/restic/restic-repository.ts';
import {withCounts} from '../../../../src/storage/wrap/count.ts';
import {intercept} from '../../../../src/storage/wrap/intercept.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import {backUp} from '../write/_back-up.ts';
import {reopen, repositoryOptions, temporaryDirectory} from '../write/_repository.ts';
import {writeSource} from '../write/_source.ts';
import type {ExecutionContext} from 'ava';
import type {StorageCounts} from '../../../../src/storage/wrap/count.ts';
import type {Storage} from '../../../../src/storage/storage.ts';
import type {CheckResult} from '../../../../src/repository/restic/check/check-result.ts';

const workshop = mkdtempSync(join(tmpdir(), 'lazarette-test-'));
const made = join(workshop, 'repository');

test.before('two archives of a small volume', async () => {
	const source = join(workshop, 'source');
	mkdirSync(source);
	writeSource(source);
	const storage = openFilesystemStorage({kind: 'filesystem', path: made});
	const repository = await createResticRepository(repositoryOptions(storage));
	const {archive} = await backUp(repository, source);
	writeFileSync(join(source, 'later'), 'later');
	await backUp(repository, source, {parent: archive});
	await repository.close();
	await storage.close();
});

test.after.always(() => rmSync(workshop, {recursive: true, force: true}));

/** The directory of a repository with two archives, the test's own to damage. */
function written(t: ExecutionContext): string {
	const path = join(temporaryDirectory(t), 'repository');
	cpSync(made, path, {recursive: true});
	return path;
}

const files = (path: string, folder: string): string[] =>
	readdirSync(join(path, folder), {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name).slice(path.length + 1))
		.sort();

/** The same storage as one whose objects are no files, so that they come in streams. */
function withoutFiles(storage: Storage): Storage {
	const {openFile: _, ...streaming} = intercept(storage, async (_call, run) => run());
	return streaming;
}

async function check(t: ExecutionContext, path: string, readData: boolean, wrap = (storage: Storage) => storage): Promise<CheckResult> {
	const {repository} = await reopen(t, path, {wrap});
	try {
		return await repository.check({readData}, neverAborts);
	} finally {
		await repository.close();
	}
}

test('a sound repository has no problem, and the counts say what was looked at', async t => {
	const path = written(t);
	const result = await check(t, path, true);
	t.deepEqual(result.problems, []);
	t.deepEqual(result.warnings, []);
	t.is(result.archives, 2);
	t.is(result.indexFiles, 2);
	t.is(result.packs, files(path, 'data').length);
	t.is(result.bytesProven, result.packBytes);
	t.is(result.trees, 6, 'five directories, and the root of the second archive');
	t.true(result.dataBlobs > 40);
	t.deepEqual(result.unreferencedPacks, {count: 0, bytes: 0});
	t.is((await check(t, path, false)).bytesProven, 0);
	for (const other of [await check(t, path, true, withoutFiles), {...(await check(t, path, false)), packsProven: result.packsProven, bytesProven: result.bytesProven}]) t.deepEqual(other, result);
});

const kinds = ['config', 'keys', 'snapshots', 'index', 'data', 'locks'] as const;
const damages: Array<[what: string, damage: (file: string) => void]> = [
	['with a flipped bit at its start', file => flip(file, 0.05)],
	['with a flipped bit in its middle', file => flip(file, 0.5)],
	['with a flipped bit at its end', file => flip(file, 0.999)],
	['without its last byte', file => truncateSync(file, readFileSync(file).length - 1)],
	['cut in half', file => truncateSync(file, readFileSync(file).length >> 1)],
	['of no bytes', file => truncateSync(file, 0)],
];

function flip(file: string, share: number): void {
	const bytes = readFileSync(file);
	bytes[Math.floor(bytes.length * share)]! ^= 0x10;
	writeFileSync(file, bytes);
}

const stores: Array<[words: string, kinds: readonly (typeof kinds)[number][], wrap?: (storage: Storage) => Storage]> = [
	['', kinds],
	[', over a store that streams', ['data'], withoutFiles],
];

for (const [where, kind, wrap] of stores.flatMap(([words, some, wrap]) => some.map(kind => [words, kind, wrap] as const))) {
	for (const [what, damage] of damages) {
		test(`a file of ${kind} ${what} is reported by its name${where}`, async t => {
			const origin = written(t);
			if (kind === 'locks') await leaveLock(t, origin);
			const names = kind === 'config' ? ['config'] : files(origin, kind);
			t.true(names.length > 0);
			for (const name of names) {
				const path = join(temporaryDirectory(t), 'copy');
				cpSync(origin, path, {recursive: true});
				chmodSync(join(path, name), 0o600);
				damage(join(path, name));

				const said = await check(t, path, true, wrap).then(
					result => result.problems.map(({object, message}) => `${object}: ${message}`),
					error => [toLazaretteError(error).code, toLazaretteError(error).message],
				);
				// restic ignores locks of no bytes, which a full disk leaves behind, and so do we.
				if (kind === 'locks' && what === 'of no bytes') t.deepEqual(said, []);
				else t.true(said.some(line => line.includes(name.slice(name.lastIndexOf('/') + 1))), `${name}: ${said.join('\n')}`);
			}
		});
	}
}

async function leaveLock(t: ExecutionContext, path: string): Promise<void> {
	const {repository} = await reopen(t, path);
	await repository.check({readData: false}, neverAborts);
	const [lock] = files(path, 'locks');
	const bytes = readFileSync(join(path, lock!));
	await repository.close();
	writeFileSync(join(path, lock!), bytes);
}

test('a pack that arrives damaged once, and sound when it is read again, is a warning by its name', async t => {
	const path = written(t);
	let flips = 1;
	const {repository} = await reopen(t, path, {
		wrap: storage => ({
			...withoutFiles(storage),
			async *stream(key, signal, range) {
				for await (const piece of storage.stream(key, signal, range)) {
					if (flips-- > 0) piece[100]! ^= 1;
					yield piece;
				}
			},
		}),
	});
	const result = await repository.check({readData: true}, neverAborts);
	await repository.close();
	t.deepEqual(result.problems, []);
	t.is(result.warnings.length, 1);
	t.regex(result.warnings[0]!.object, /^data\/[\da-f]{2}\/[\da-f]{64}$/);
	t.regex(result.warnings[0]!.message, /found damaged when it was first read, and sound when it was read again/);
	t.is(result.bytesProven, result.packBytes);
});

test('every pack is read with one request', async t => {
	let counts: StorageCounts | undefined;
	const {repository} = await reopen(t, written(t), {
		wrap(storage) {
			const counted = withCounts(storage);
			({counts} = counted);
			return counted.storage;
		},
	});
	const result = await repository.check({readData: true}, neverAborts);
	await repository.close();
	t.is(counts!.stream.calls, result.packs);
	t.is(counts!.stream.receivedBytes, result.packBytes);
});

test('a missing pack, index file or snapshot tree is reported for what it is', async t => {
	const origin = written(t);
	const remove = (name: string): string => {
		const path = join(temporaryDirectory(t), 'copy');
		cpSync(origin, path, {recursive: true});
		rmSync(join(path, name));
		return path;
	};
	for (const pack of files(origin, 'data')) {
		const {problems} = await check(t, remove(pack), false);
		t.true(problems.some(({object, message}) => object === pack && message.includes('is missing')), JSON.stringify(problems));
	}
	for (const index of files(origin, 'index')) {
		const {problems, unreferencedPacks} = await check(t, remove(index), false);
		t.true(unreferencedPacks.count > 0);
		t.true(problems.some(({message}) => message.includes('which is in no index')), JSON.stringify(problems));
	}
});

test('a pack that was cut off is found by its listed size, without reading it', async t => {
	const path = written(t);
	const [pack] = files(path, 'data');
	chmodSync(join(path, pack!), 0o600);
	truncateSync(join(path, pack!), 1000);
	const {problems} = await check(t, path, false);
	t.true(problems.some(({object, message}) => object === pack && message.includes('is 1000 bytes long')));
});

test('what nothing refers to, and names that are no IDs, are no problem', async t => {
	const path = written(t);
	mkdirSync(join(path, 'data/ab'), {recursive: true});
	writeFileSync(join(path, 'data/ab', 'ab'.repeat(32)), 'left over');
	writeFileSync(join(path, 'data/ab/README'), 'not ours');
	writeFileSync(join(path, 'index/README'), 'not ours');
	writeFileSync(join(path, 'snapshots/README'), 'not ours');
	const result = await check(t, path, true);
	t.deepEqual(result.problems, []);
	t.deepEqual(result.unreferencedPacks, {count: 1, bytes: 9});
});

test('progress ends at all bytes', async t => {
	const path = written(t);
	const {repository} = await reopen(t, path);
	const steps: Array<[number, number]> = [];
	const {packBytes} = await repository.check({readData: true, onProgress: (...step) => void steps.push(step)}, neverAborts);
	t.deepEqual(steps.at(-1), [packBytes, packBytes]);
	t.is(steps.length, files(path, 'data').length);
});
