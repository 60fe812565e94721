import {readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {isLazaretteError, toLazaretteError} from '../../src/base/errors.ts';
import {openResticRepository} from '../../src/repository/restic/restic-repository.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import {quickRepository} from '../repository/restic/prune/_quick-repository.ts';
import {readBack} from '../repository/restic/read/_read-back.ts';
import {backUp} from '../repository/restic/write/_back-up.ts';
import {password, repositoryOptions, temporaryDirectory} from '../repository/restic/write/_repository.ts';
import {noise} from '../repository/restic/write/_source.ts';
import {restic, resticBinaries} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {LazaretteError} from '../../src/base/errors.ts';
import type {ResticRepository} from '../../src/repository/restic/restic-repository.ts';

const newest = (await resticBinaries()).at(-1)!;

type World = {
	path: string;
	/** Each file of the repository by its key, with its bytes. */
	files: Map<string, Buffer>;
	/** What each archive's files are. */
	contents: Map<string, string>;
	trees: Set<string>;
};

/** Two archives in small packs, and the lock of somebody else who reads. */
async function world(t: ExecutionContext): Promise<World> {
	const source = temporaryDirectory(t);
	const {path, repository} = await quickRepository(t, {packSize: 40_000});
	for (let run = 0; run < 2; run++) {
		for (let file = 0; file < 4; file++) writeFileSync(join(source, `f${file}`), noise(file + (file === 0 ? run : 0), 3000 + file));
		writeFileSync(join(source, 'text'), 'words and words and words '.repeat(100));
		await backUp(repository, source, {time: new Date(Date.parse('2026-11-01T00:00:00Z') + run)});
	}
	const contents = new Map<string, string>();
	for (const archive of await repository.archives(neverAborts)) contents.set(archive.id, await contentOf(repository, archive.id));
	const files = new Map<string, Buffer>();
	for (const name of readdirSync(path, {recursive: true, encoding: 'utf8'})) if (statSync(join(path, name)).isFile() && !name.startsWith('tmp/')) files.set(name, readFileSync(join(path, name)));
	// Its bytes stay, as if that process still ran.
	await repository.close();
	for (const [key, bytes] of files) if (key.startsWith('locks/')) writeFileSync(join(path, key), bytes);
	const trees = new Set<string>();
	return {path, files, contents, trees};
}

async function contentOf(repository: ResticRepository, id: string): Promise<string> {
	const archive = (await repository.archives(neverAborts)).find(one => one.id === id)!;
	return JSON.stringify(Array.from(await readBack(repository, archive), ([path, {node, sha256}]) => [path, node.type, node.size, node.mode, String(node.mtimeNs), sha256]));
}

type Verdict = {
	/** What a check, or opening, said. */
	reports: string[];
	/** Restores that gave what they should, and that ended with an error. */
	same: number;
	failed: LazaretteError[];
	wrong: string[];
};

/** What somebody sees who opens the repository, checks it, and restores all of it. Anything but a LazaretteError is a crash. */
async function use({path, contents}: World): Promise<Verdict> {
	const verdict: Verdict = {reports: [], same: 0, failed: [], wrong: []};
	const storage = openFilesystemStorage({kind: 'filesystem', path});
	const attempt = async (work: () => Promise<void>): Promise<void> => {
		try {
			await work();
		} catch (error) {
			if (!isLazaretteError(error) || error.code === 'Unexpected') throw error;
			verdict.failed.push(error);
			verdict.reports.push(`${error.message} ${error.hint ?? ''} ${JSON.stringify(error.context)}`);
		}
	};
	await attempt(async () => {
		const repository = await openResticRepository(repositoryOptions(storage));
		await attempt(async () => {
			const {problems} = await repository.check({readData: true}, neverAborts);
			for (const {object, message} of problems) verdict.reports.push(`${object} ${message}`);
		});
		for (const [id, expected] of contents) {
			await attempt(async () => {
				const found = await contentOf(repository, id);
				if (found === expected) verdict.same++;
				else verdict.wrong.push(found);
			});
		}
		await repository.close();
	});
	await storage.close();
	return verdict;
}

function write({path}: World, key: string, bytes: Buffer): void {
	rmSync(join(path, key), {force: true});
	writeFileSync(join(path, key), bytes);
}

type Kind = 'config' | 'keys' | 'index' | 'snapshots' | 'locks' | 'data';
const kinds: Kind[] = ['config', 'keys', 'index', 'snapshots', 'locks', 'data'];
const keysOf = ({files}: World, kind: Kind): string[] => [...files.keys()].filter(key => key.startsWith(kind));

/** Both ends in every byte, where IV, MAC, header and its length are; every n-th byte between. */
const positions = (length: number, dense: number, step: number): number[] => Array.from({length}, (_, at) => at).filter(at => at < dense || at >= length - dense || at % step === 0);

const lengths = (length: number): number[] => [...new Set([0, 1, 3, 4, 15, 16, 17, 31, 32, 33, 36, 40, Math.floor(length / 3), Math.floor(length / 2), length - 37, length - 36, length - 33, length - 32, length - 17, length - 16, length - 5, length - 4, length - 1])].filter(cut => cut >= 0 && cut < length);

/** A key file says who made it and when; nothing else in it may change without being noticed by who opens it. */
const isNamed = (verdict: Verdict, key: string): boolean => verdict.reports.some(report => report.includes(key) || (key === 'config' && report.includes('config')));

for (const kind of kinds) {
	test(`one wrong byte anywhere in a file of kind ${kind} is reported with the file's name, and nothing wrong is ever restored`, async t => {
		t.timeout(10 * 60_000);
		const on = await world(t);
		let flips = 0;
		let unreadable = 0;
		for (const key of keysOf(on, kind)) {
			const bytes = on.files.get(key)!;
			for (const at of positions(bytes.length, kind === 'data' ? 24 : 48, Math.max(1, Math.floor(bytes.length / 60)))) {
				const damaged = Buffer.from(bytes);
				damaged[at]! ^= 1 << (at % 8);
				write(on, key, damaged);
				const verdict = await use(on);
				t.deepEqual(verdict.wrong, [], `${key} at ${at}`);
				t.true(isNamed(verdict, key), `${key} at ${at}: ${verdict.reports.join('; ')}`);
				if (verdict.failed.length > 0) unreadable++;
				flips++;
			}
			write(on, key, bytes);
		}
		t.log(`${keysOf(on, kind).length} files, ${flips} bytes flipped one by one, ${unreadable} of them made something unreadable, none made anything wrong`);
		t.true(flips > 50);
	});

	test(`a file of kind ${kind} cut to any length is reported with its name, and nothing wrong is ever restored`, async t => {
		t.timeout(10 * 60_000);
		const on = await world(t);
		let cuts = 0;
		for (const key of keysOf(on, kind)) {
			const bytes = on.files.get(key)!;
			for (const length of lengths(bytes.length)) {
				write(on, key, bytes.subarray(0, length));
				const verdict = await use(on);
				t.deepEqual(verdict.wrong, [], `${key} cut to ${length}`);
				// An empty lock is the remains of a full disk; nobody minds it.
				if (kind !== 'locks' || length > 0) t.true(isNamed(verdict, key), `${key} cut to ${length}: ${verdict.reports.join('; ')}`);
				cuts++;
			}
			write(on, key, bytes);
		}
		t.log(`${keysOf(on, kind).length} files, cut to ${cuts} lengths`);
		t.true(cuts > 10);
	});
}

test(`restic ${newest.version} and we agree on which damaged repositories are damaged`, async t => {
	t.timeout(10 * 60_000);
	const on = await world(t);
	let compared = 0;
	for (const kind of ['index', 'snapshots', 'data'] as const) {
		for (const key of keysOf(on, kind).slice(0, 3)) {
			const bytes = on.files.get(key)!;
			for (const at of [0, 20, Math.floor(bytes.length / 2), bytes.length - 20, bytes.length - 1]) {
				const damaged = Buffer.from(bytes);
				damaged[at]! ^= 4;
				write(on, key, damaged);
				const ours = await use(on);
				const theirs = await restic(newest.path, on.path, password, ['check', '--read-data', '--no-lock']);
				t.is(theirs.code !== 0, ours.reports.length > 0, `${key} at ${at}: ${theirs.stderr}`);
				compared++;
			}
			write(on, key, bytes);
		}
	}
	t.log(`${compared} verdicts compared`);
});

/** What the tests above rely on. */
test('a sound repository is sound to them', async t => {
	const on = await world(t);
	t.deepEqual(await use(on), {reports: [], same: 2, failed: [], wrong: []});
	t.true(kinds.every(kind => keysOf(on, kind).length > 0));
	t.notThrows(() => toLazaretteError(new Error('x')));
});
