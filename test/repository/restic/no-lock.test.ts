import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {failing, withFaults} from '../../../src/storage/wrap/fault.ts';
import {emptyRepository, password} from '../../oracle/_empty-repository.ts';
import {quickRepository} from './prune/_quick-repository.ts';
import {readBack} from './read/_read-back.ts';
import {backUp} from './write/_back-up.ts';
import {reopen, temporaryDirectory} from './write/_repository.ts';

const keepLast = {policy: {last: 1}};

test('with credentials that may only read, archives are listed, read and checked without a lock; whatever would write says so', async t => {
	const {path, repository} = await quickRepository(t);
	const {archive} = await backUp(repository, import.meta.dirname);
	await repository.close();

	const {repository: reader} = await reopen(t, path, {
		lock: false,
		wrap: storage => withFaults(storage, ({operation}) => (operation === 'put' || operation === 'putFile' || operation === 'remove' ? failing('before', 'AccessDenied') : undefined)),
	});
	t.is((await reader.archives(neverAborts)).length, 1);
	t.true((await readBack(reader, archive)).size > 10);
	t.deepEqual((await reader.check({readData: true}, neverAborts)).problems, []);
	t.is((await reader.forget({...keepLast, dryRun: true, prune: {}}, neverAborts)).forgotten.keep.length, 1);
	t.is((await reader.repairIndex({dryRun: true}, neverAborts)).packs.added, 0);
	t.is((await reader.keys(neverAborts)).length, 1);
	for (const attempt of [
		async () => backUp(reader, import.meta.dirname),
		async () => reader.forget(keepLast, neverAborts),
		async () => reader.prune({}, neverAborts),
		async () => reader.pin(() => true, neverAborts),
		async () => reader.addKey('x', neverAborts),
		async () => reader.changePassword('x', neverAborts),
		async () => reader.repairSnapshots({}, neverAborts),
		async () => reader.copyFrom({from: await reader.copySource(neverAborts)}, neverAborts),
	]) await t.throwsAsync(attempt(), {code: 'BadRequest', message: /without a lock/});
	await reader.close();
});

test('of a repository whose config says that it is append-only nothing is removed; backups and new passwords are fine', async t => {
	const path = `${temporaryDirectory(t)}/repository`;
	await emptyRepository(t, path, {foreign: {append_only: true}});
	const {repository} = await reopen(t, path, {password});
	const {archive} = await backUp(repository, import.meta.dirname);
	const key = await repository.addKey('another', neverAborts);
	for (const attempt of [
		async () => repository.forget(keepLast, neverAborts),
		async () => repository.forget({...keepLast, prune: {}}, neverAborts),
		async () => repository.removeArchives([archive], neverAborts),
		async () => repository.prune({}, neverAborts),
		async () => repository.pin(() => true, neverAborts),
		async () => repository.removeKey(key, neverAborts),
		async () => repository.changePassword('x', neverAborts),
		async () => repository.repairPacks({packs: []}, neverAborts),
	]) await t.throwsAsync(attempt(), {code: 'BadRequest', message: /append-only/});
	t.is((await repository.prune({dryRun: true}, neverAborts)).archives, 1);
	t.is((await readBack(repository, archive)).size > 10, true);
	await repository.close();
});
