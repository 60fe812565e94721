import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {diffArchives, newDiffTally} from '../../src/engine/look/diff-archives.ts';
import {dumpFile} from '../../src/engine/look/dump-file.ts';
import {findEntries} from '../../src/engine/look/find-entries.ts';
import {findNode} from '../../src/engine/look/find-node.ts';
import {noise} from '../repository/restic/write/_source.ts';
import {peers} from './_peers.ts';
import {restic, resticBinaries} from './_restic.ts';
import {password} from '../repository/restic/write/_repository.ts';
import type {ResticRepository} from '../../src/repository/restic/restic-repository.ts';
import type {Peers} from './_peers.ts';

const mebibyte = 1024 * 1024;

/** Three archives by restic of a directory that changes in every way between them. */
async function history(on: Peers): Promise<void> {
	await on.restic('init', '--repository-version', '2');
	const inside = (path: string): string => join(on.source, path);
	mkdirSync(inside('etc/app/deep/er'), {recursive: true});
	mkdirSync(inside('etc-old'));
	writeFileSync(inside('etc/app/main.conf'), 'one');
	writeFileSync(inside('etc/app/deep/er/other.conf'), 'two');
	writeFileSync(inside('etc/app/notes.txt'), 'three');
	writeFileSync(inside('etc-old/main.conf'), 'four');
	writeFileSync(inside('big'), Buffer.concat([noise(1, 20 * mebibyte), Buffer.alloc(3 * mebibyte), noise(1, 9 * mebibyte)]));
	writeFileSync(inside('empty'), '');
	writeFileSync(inside('becomes-directory'), 'a file');
	mkdirSync(inside('becomes-file'));
	writeFileSync(inside('becomes-file/below'), 'x');
	symlinkSync('target', inside('link'));
	await on.restic('backup', '--host', 'one', '.');

	writeFileSync(inside('etc/app/main.conf'), 'changed');
	chmodSync(inside('etc/app/notes.txt'), 0o600);
	rmSync(inside('etc-old'), {recursive: true});
	mkdirSync(inside('new/sub'), {recursive: true});
	writeFileSync(inside('new/sub/a.conf'), 'aaaa');
	writeFileSync(inside('new/b'), 'bb');
	symlinkSync('b', inside('new/link'));
	rmSync(inside('becomes-directory'));
	mkdirSync(inside('becomes-directory'));
	writeFileSync(inside('becomes-directory/inside'), 'y');
	rmSync(inside('becomes-file'), {recursive: true});
	writeFileSync(inside('becomes-file'), 'z');
	appendFileSync(inside('big'), 'more');
	await on.restic('backup', '--host', 'two', '.');

	utimesSync(inside('empty'), 1000, 1000);
	rmSync(inside('link'));
	symlinkSync('elsewhere', inside('link'));
	await on.restic('backup', '--host', 'one', '.');
}

async function found(repository: ResticRepository, patterns: string[]): Promise<string[]> {
	const archives = await repository.archives(neverAborts);
	const reader = await repository.openArchive(archives[0]!, neverAborts);
	const lines: string[] = [];
	for await (const {archive, path} of findEntries({reader, archives, patterns, onDamaged: (_, path, error) => lines.push(`${path} ${error.message}`), signal: neverAborts})) lines.push(`${archive.id} ${path}`);
	await reader.close();
	return lines.sort();
}

for (const {version, path: binary} of await resticBinaries()) {
	test(`find finds in every archive what restic ${version} finds`, async t => {
		const on = peers(t, binary);
		await history(on);
		const {repository} = await on.open();
		let hits = 0;
		for (const [pattern, theirs] of [['*.conf', '*.conf'], ['main.conf', 'main.conf'], ['app', 'app'], ['/etc/*/main.conf', '/etc/*/main.conf'], ['/etc', '/etc'], ['**/deep/**/*.conf', 'deep/**/*.conf'], ['?mpty', '?mpty'], ['nothing', 'nothing'], ['[a-c]*', '[a-c]*']] as const) {
			const said = JSON.parse((await on.restic('find', '--json', theirs)).trim() || '[]') as Array<{matches: Array<{path: string}> | null; snapshot: string}>;
			const expected = said.flatMap(({matches, snapshot}) => (matches ?? []).map(({path}) => `${snapshot} ${path}`)).sort();
			t.deepEqual(await found(repository, [pattern]), expected, pattern);
			hits += expected.length;
		}
		t.log(`${hits} entries found as restic ${version} does`);
		t.true(hits > 40);
	});

	test(`diff shows the changes that restic ${version} shows`, async t => {
		const on = peers(t, binary);
		await history(on);
		const {repository} = await on.open();
		const archives = await repository.archives(neverAborts);
		const reader = await repository.openArchive(archives[0]!, neverAborts);
		let shown = 0;
		for (const [from, to] of [[0, 1], [1, 2], [0, 2], [2, 0], [1, 1]] as const) {
			const {stdout} = await restic(binary, on.path, password, ['diff', '--metadata', archives[from]!.id, archives[to]!.id]);
			// Directories count as changed there when anything below them is, and by their inode and access time.
			const expected = stdout.split('\n').map(line => /^([+\-MTU])U?\s+(\/.*)$/.exec(line)).filter(match => match !== null).map(([, sign, path]) => `${sign} ${path}`).filter(line => !(line.startsWith('U') && line.endsWith('/')));
			const tally = newDiffTally();
			const lines: string[] = [];
			const otherTypes: string[] = [];
			for await (const {path, change, before, after} of diffArchives({reader, before: archives[from]!, after: archives[to]!, signal: neverAborts}, tally)) {
				const isDirectory = (after ?? before)!.type === 'dir';
				const sign = {Added: '+', Removed: '-', Type: 'T', Content: (after ?? before)!.type === 'file' ? 'M' : 'U', Metadata: 'U'}[change];
				if (change === 'Type') otherTypes.push(`${path}/`);
				// restic does not say what was, or is, in a directory that became something else.
				if (otherTypes.some(above => path.startsWith(above))) continue;
				if (sign !== 'U' || !isDirectory) lines.push(`${sign} ${path}${isDirectory ? '/' : ''}`);
			}
			t.deepEqual(lines.sort(), expected.sort(), `${from} to ${to}`);
			shown += lines.length;

			const counts = /Files:\s+(\d+) new,\s+(\d+) removed,\s+(\d+) changed/.exec(stdout)!.slice(1).map(Number);
			if (otherTypes.length === 0) t.deepEqual([tally.added.files, tally.removed.files, tally.changed.files], counts, stdout);
			else t.is(tally.changed.files, counts[2]!);
			const directories = /Dirs:\s+(\d+) new,\s+(\d+) removed/.exec(stdout)!.slice(1).map(Number);
			t.deepEqual([tally.added.directories, tally.removed.directories], directories, stdout);
		}
		await reader.close();
		t.log(`${shown} changes shown as restic ${version} does`);
		t.true(shown > 30);
	});

	test(`dump writes the bytes that restic ${version} writes`, async t => {
		const on = peers(t, binary);
		await history(on);
		const {repository} = await on.open();
		const archive = (await repository.archives(neverAborts))[0]!;
		const reader = await repository.openArchive(archive, neverAborts);
		for (const path of ['/big', '/empty', '/etc/app/deep/er/other.conf']) {
			const node = (await findNode(reader, archive, path, neverAborts))!;
			const digest = createHash('sha256');
			const written = await dumpFile({reader, node, write: async bytes => void digest.update(bytes), signal: neverAborts});
			t.is(written, node.size);
			const theirs = execFileSync(binary, ['--no-cache', 'dump', archive.id, path], {env: {PATH: process.env.PATH, HOME: process.env.HOME, RESTIC_REPOSITORY: on.path, RESTIC_PASSWORD: password}, maxBuffer: 64 * mebibyte});
			t.is(digest.digest('hex'), createHash('sha256').update(theirs).digest('hex'), path);
		}
		await reader.close();
	});
}
