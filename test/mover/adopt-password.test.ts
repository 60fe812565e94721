import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {adoptPassword} from '../../src/mover/tasks/adopt-password.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import {newRepository, password as first, repositoryOptions} from '../repository/restic/write/_repository.ts';

/** Generated ones cost next to nothing to derive a key from. */
const second = 'b2Zmc2l0ZS1uZXctcGFzc3dvcmQtb2YtMzItYnl0ZXM=';

test('the new password is added with the one before, once, and both open the repository', async t => {
	const {path, repository} = await newRepository(t);
	const keys = (): number => readdirSync(join(path, 'keys')).length;
	const options = (password: string) => repositoryOptions(openFilesystemStorage({kind: 'filesystem', path}), {password});
	const before = repository.keyId;

	const adopted = await adoptPassword(options(second), first);
	t.like(adopted, {added: true, previousKeyId: before});
	t.not(adopted.repository.keyId, before);
	await adopted.repository.close();
	t.is(keys(), 2);

	const again = await adoptPassword(options(second), first);
	t.like(again, {added: false, previousKeyId: before});
	await again.repository.close();
	const old = await adoptPassword(options(first), undefined);
	t.deepEqual([old.repository.keyId, old.previousKeyId], [before, undefined]);
	await old.repository.close();
	t.is(keys(), 2);

	await again.repository.removeKey(before, neverAborts);
	const alone = await adoptPassword(options(second), first);
	t.is(alone.previousKeyId, undefined, 'the password before opens nothing any more');
	await alone.repository.close();
});

test('where neither password opens the repository nothing is changed', async t => {
	const {path} = await newRepository(t);
	const options = repositoryOptions(openFilesystemStorage({kind: 'filesystem', path}), {password: second});
	t.like(await t.throwsAsync(adoptPassword(options, 'wrong')), {code: 'WrongPassword', hint: 'check passwordSecretRef and previousPasswordSecretRef; nothing was changed'});
	t.like(await t.throwsAsync(adoptPassword(options, undefined)), {code: 'WrongPassword'});
	t.is(readdirSync(join(path, 'keys')).length, 1);
});
