import {readdirSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {cases} from '../../../_cases.ts';
import {emptyRepository} from '../../../oracle/_empty-repository.ts';
import {quickRepository} from '../prune/_quick-repository.ts';
import {readBack} from '../read/_read-back.ts';
import {backUp} from '../write/_back-up.ts';
import {reopen, temporaryDirectory} from '../write/_repository.ts';
import {noise} from '../write/_source.ts';
import type {ExecutionContext} from 'ava';
import type {Archive} from '../../../../src/repository/archive.ts';
import type {CopyResult} from '../../../../src/repository/restic/copy/copy-archives.ts';
import type {ResticRepository} from '../../../../src/repository/restic/restic-repository.ts';

const entries = cases(4000);

/** With many cases a directory so full that its tree does not pass through memory as a whole. */
async function fullDirectory(repository: ResticRepository): Promise<Archive> {
	const writer = await repository.startArchive({}, neverAborts);
	writer.enterDirectory();
	const times = {mtimeNs: 1n, atimeNs: 1n, ctimeNs: 1n};
	for (let number = 0; number < entries; number++) {
		await writer.addNode({name: Buffer.from(`an entry with quite a long name ${String(number).padStart(8, '0')}`), type: 'file', mode: 0o644, uid: 0, gid: 0, ...times, inode: BigInt(number), deviceId: 1n, links: 1, size: 0, content: new Uint8Array(0)});
	}
	const tree = await writer.leaveDirectory();
	return writer.finish({time: new Date(), tree, paths: ['/full'], hostname: 'host', username: 'user', excludes: [], tags: []});
}

async function ofVersion(t: ExecutionContext, version: 1 | 2): Promise<ResticRepository> {
	const path = join(temporaryDirectory(t), 'repository');
	await emptyRepository(t, path, {version});
	return (await reopen(t, path, {password: 'nur für den Test'})).repository;
}

const copy = async (from: ResticRepository, to: ResticRepository): Promise<CopyResult> => to.copyFrom({from: await from.copySource(neverAborts)}, neverAborts);

test('a directory of any length is copied, between all versions of the format', async t => {
	const first = await ofVersion(t, 1);
	const archive = await fullDirectory(first);
	for (const versions of [[1, 2], [2, 1]] as const) {
		let from = first;
		for (const version of versions) {
			const to = await ofVersion(t, version);
			const {copied} = await copy(from, to);
			t.deepEqual(copied.map(({to: {tree, original}}) => [tree, original]), [[archive.tree, archive.id]]);
			t.deepEqual((await to.check({readData: true}, neverAborts)).problems, []);
			t.is((await readBack(to, copied[0]!.to)).size, entries);
			if (from !== first) await from.close();
			from = to;
		}
		await from.close();
	}
	await first.close();
});

test('a copy is recognised until its tags change, and a repository is not copied into itself', async t => {
	const source = temporaryDirectory(t);
	writeFileSync(join(source, 'file'), noise(1, 5000));
	const {path, repository: from} = await quickRepository(t);
	await backUp(from, source);
	const {repository: to} = await quickRepository(t);
	t.is((await copy(from, to)).copied.length, 1);
	t.is((await copy(from, to)).copied.length, 0);
	await from.changeTags({select: () => true, change: {add: ['new']}}, neverAborts);
	t.like(await copy(from, to), {blobs: {copied: 0}, packs: 0, copied: {length: 1}});
	const {repository: same} = await reopen(t, path);
	await t.throwsAsync(copy(from, same), {code: 'BadRequest'});
	for (const repository of [from, to, same]) await repository.close();
});

test('of a damaged source nothing wrong is copied: the error names the blob and its pack', async t => {
	const source = temporaryDirectory(t);
	writeFileSync(join(source, 'file'), noise(1, 50_000));
	const {path, repository: from} = await quickRepository(t);
	await backUp(from, source);
	const [largest] = readdirSync(join(path, 'data'), {recursive: true, encoding: 'utf8'}).map(name => join(path, 'data', name)).filter(file => statSync(file).isFile()).sort((a, b) => statSync(b).size - statSync(a).size);
	const {repository: to} = await quickRepository(t);
	const size = statSync(largest!).size;
	truncateSync(largest!, size - 60);
	truncateSync(largest!, size);
	t.is((await copy(from, to)).copied.length, 1, 'a damaged header alone hides no blob');

	truncateSync(largest!, 40_000);
	truncateSync(largest!, size);
	const {repository: third} = await quickRepository(t);
	const name = largest!.slice(largest!.lastIndexOf('/') + 1);
	const error = await t.throwsAsync(copy(from, third), {code: 'RepositoryDamaged'});
	t.true(error?.message.includes(name), error?.message);
	t.deepEqual(await third.archives(neverAborts), []);
	t.deepEqual((await third.check({readData: true}, neverAborts)).problems, []);
	for (const repository of [from, to, third]) await repository.close();
});
