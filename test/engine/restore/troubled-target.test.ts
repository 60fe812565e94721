import {chmodSync, existsSync, lstatSync, readFileSync, rmSync, statSync} from 'node:fs';
import test from 'ava';
import {LazaretteError} from '../../../src/base/errors.ts';
import {SystemError} from '../../../src/engine/file-system/system-error.ts';
import {compareTrees} from '../../../src/engine/verify/compare-trees.ts';
import {hooked} from '../_hooked-file-system.ts';
import {workshop} from '../_workshop.ts';

const failing = (calls: string[], code: string) => (call: string): void => {
	if (calls.includes(call)) throw new SystemError(code, call);
};

const files = {a: 'content of a', 'dir/b': 'content of b', 'dir/c': ''};

for (const [code, expected] of [['ENOSPC', 'TargetFull'], ['EDQUOT', 'TargetFull'], ['EROFS', 'TargetReadOnly'], ['EIO', 'Unexpected']] as const) {
	test(`${code} while writing is ${expected}, and the restore can be repeated`, async t => {
		const {archive, restore, write, source, target, fileSystem} = await workshop(t);
		write(files);
		const {archive: made} = await archive();
		for (const call of ['write', 'createFile', 'makeDirectory', 'setTimes']) {
			rmSync(target(), {recursive: true, force: true});
			const error = await t.throwsAsync(restore(made, {fileSystem: hooked(fileSystem, {before: failing([call], code)})}), {instanceOf: LazaretteError, code: expected}, call);
			t.truthy(error?.hint);
		}
		const {problems} = await restore(made);
		t.deepEqual(problems, []);
		t.deepEqual(compareTrees(fileSystem, source(), target()), []);
	});
}

test('a disk that fails when it is asked to keep everything is no success', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	write(files);
	const {archive: made} = await archive();
	const lossy: typeof fileSystem = {...fileSystem, sync: () => Promise.reject(new SystemError('EIO', 'syncfs'))};
	await t.throwsAsync(restore(made, {fileSystem: lossy}), {instanceOf: LazaretteError, code: 'Unexpected'});
	t.not(lstatSync(target('a'), {bigint: true}).mtimeNs, lstatSync(source('a'), {bigint: true}).mtimeNs, 'no file looks finished that may not be on the disk');
	await restore(made);
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);
});

test('owners that cannot be set are warnings, and setuid goes where the owner does not', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	write({program: 'x', plain: 'y'});
	const root = fileSystem.openRoot(source());
	for (const name of ['program', 'plain']) {
		const entry = root.openEntry(Buffer.from(name));
		entry.setOwner(1234, 5678);
		entry.close();
	}
	chmodSync(source('program'), 0o6755);
	const {archive: made} = await archive();
	const {problems, failed, tally} = await restore(made, {fileSystem: hooked(fileSystem, {before: failing(['setOwner'], 'EPERM')})});
	t.is(failed, 0);
	t.is(tally.filesRestored, 2);
	t.deepEqual(problems.map(({path, reason}) => `${path} ${reason}`).toSorted(), ['/plain OwnerNotSet', '/program ModeNotSet', '/program OwnerNotSet']);
	t.regex(problems.find(({reason}) => reason === 'OwnerNotSet')?.detail ?? '', /1234:5678 \(EPERM\)/);
	t.is(statSync(target('program')).mode & 0o7777, 0o755);

	const {problems: none} = await restore(made);
	t.deepEqual(none, []);
	t.is(statSync(target('program')).mode & 0o7777, 0o6755);
	root.close();
});

test('owners can be left to who restores', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	write({program: 'x'});
	const root = fileSystem.openRoot(source());
	const entry = root.openEntry(Buffer.from('program'));
	entry.setOwner(1234, 5678);
	entry.setMode(0o4711);
	const {archive: made} = await archive();
	const {problems} = await restore(made, {ownership: 'keep'});
	t.deepEqual(problems.map(({reason}) => reason), ['ModeNotSet']);
	const {uid, mode} = statSync(target('program'));
	t.is(uid, process.getuid!());
	t.is(mode & 0o7777, 0o711);
	entry.close();
	root.close();
});

test('devices that may not be made are counted and listed, and all else is restored', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	write(files);
	const root = fileSystem.openRoot(source());
	root.makeSpecial(Buffer.from('fifo'), 'fifo', 0n);
	root.close();
	const {archive: made} = await archive();
	const {problems, failed} = await restore(made, {fileSystem: hooked(fileSystem, {before: failing(['makeSpecial'], 'EPERM')})});
	t.deepEqual(problems, [{path: '/fifo', reason: 'DeviceNotCreated', detail: 'EPERM'}]);
	t.is(failed, 0);
	t.deepEqual(compareTrees(fileSystem, source(), target(), {ignore: ['mtime']}), [{path: '/fifo', field: 'presence', a: 'fifo', b: 'missing'}]);
});

test('attributes that cannot be set are named; one that does not fit is not a full disk', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	write({file: 'x'});
	const root = fileSystem.openRoot(source());
	const entry = root.openEntry(Buffer.from('file'));
	entry.setAttribute({name: Buffer.from('user.tag'), value: Buffer.from('v')});
	entry.close();
	root.close();
	const {archive: made} = await archive();
	for (const code of ['EPERM', 'EOPNOTSUPP', 'ENOSPC']) {
		const {problems, failed} = await restore(made, {fileSystem: hooked(fileSystem, {before: failing(['setAttribute'], code)})});
		t.deepEqual(problems, [{path: '/file', reason: 'AttributeNotSet', detail: `user.tag (${code})`}]);
		t.is(failed, 0);
	}
	t.is(readFileSync(target('file'), 'utf8'), 'x');
});

test('a file that cannot be created is a failure of that file, not of the others', async t => {
	const {archive, restore, write, target, fileSystem} = await workshop(t);
	write(files);
	const {archive: made} = await archive();
	const refusing = hooked(fileSystem, {
		before(call, name) {
			if (call === 'createFile' && name === 'b') throw new SystemError('EACCES', 'openat');
		},
	});
	const {problems, failed} = await restore(made, {fileSystem: refusing});
	t.deepEqual(problems, [{path: '/dir/b', reason: 'NotRestored', detail: 'EACCES'}]);
	t.is(failed, 1);
	t.deepEqual(['a', 'dir/b', 'dir/c'].map(path => existsSync(target(path))), [true, false, true]);
});

test('a directory that cannot be created is one failure, however much it holds', async t => {
	const {archive, restore, write, fileSystem} = await workshop(t);
	write({'dir/a': 'a', 'dir/b': 'b', 'dir/sub/c': 'c', other: 'x'});
	const {archive: made} = await archive();
	const refusing = hooked(fileSystem, {before: failing(['makeDirectory'], 'EACCES')});
	const {failed, tally} = await restore(made, {fileSystem: refusing});
	t.is(failed, 1);
	t.is(tally.filesRestored, 1);
});

test('a file that may not be opened for writing is replaced', async t => {
	const {archive, restore, write, target, fileSystem} = await workshop(t);
	write({file: 'archived'});
	const {archive: made} = await archive();
	await restore(made);
	await archive();
	const busy = hooked(fileSystem, {before: failing(['openForUpdate'], 'ETXTBSY')});
	const {problems, tally} = await restore(made, {fileSystem: busy, overwrite: 'Always'});
	t.deepEqual(problems, []);
	t.is(tally.filesRestored, 1);
	t.is(readFileSync(target('file'), 'utf8'), 'archived');
});
