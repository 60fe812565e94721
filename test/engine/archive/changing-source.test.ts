import {appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {setImmediate as turn} from 'node:timers/promises';
import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {LazaretteError} from '../../../src/base/errors.ts';
import {SystemError} from '../../../src/engine/file-system/system-error.ts';
import type {FileSystem} from '../../../src/engine/file-system/file-system.ts';
import {hooked, overriding} from '../_hooked-file-system.ts';
import {listArchive, nodesOf, workshop} from '../_workshop.ts';

const files = {'a before': 'a', 'it': 'the file', 'z after': 'z'};
const directories = {'a before': 'a', 'it/inside': 'inside', 'z after': 'z'};

test('a file that vanishes between listing and reading is reported, and all else is archived', async t => {
	const {archive, write, source, fileSystem, repository} = await workshop(t);
	write(files);
	const vanishing = hooked(fileSystem, {before: (call, name) => call === 'openFile' && name === 'it' && rmSync(source('it'))});
	const outcome = await archive({fileSystem: vanishing});
	t.deepEqual(outcome.skipped, [{path: '/it', reason: 'Vanished'}]);
	t.is(outcome.warnings.length, 1);
	t.deepEqual(await listArchive(repository, outcome.archive), ['/volume/', '/volume/a before', '/volume/z after']);
});

test('a file that grows while it is read is stored as it was read, reported, and read again next time', async t => {
	const {archive, write, source, fileSystem, repository} = await workshop(t);
	write(files);
	let grown = false;
	const growing = hooked(fileSystem, {
		after(call, name) {
			if (call === 'openFile' && name === 'it') grown = true;
			else if (call === 'statusOf' && grown) {
				grown = false;
				appendFileSync(source('it'), ' has grown');
			}
		},
	});
	const outcome = await archive({fileSystem: growing});
	t.deepEqual(outcome.skipped, [{path: '/it', reason: 'ChangedWhileRead'}]);
	t.is((await nodesOf(repository, outcome.archive)).get('/volume/it')!.size, 'the file has grown'.length);
	t.is((await archive()).tally.filesRead, 1);
});

test('a file of which nobody can say whether it changed while it was read costs that file only', async t => {
	const {archive, write, fileSystem, repository} = await workshop(t);
	write(files);
	let looks = 0;
	const stale = hooked(fileSystem, {
		before(call, name) {
			if (call === 'openFile') looks = name === 'it' ? 1 : 0;
			else if (call === 'statusOf' && name === '' && looks > 0 && looks++ === 2) throw new SystemError('ESTALE', 'statx');
		},
	});
	const outcome = await archive({fileSystem: stale});
	t.deepEqual(outcome.skipped, [{path: '/it', reason: 'IoError'}]);
	t.deepEqual(await listArchive(repository, outcome.archive), ['/volume/', '/volume/a before', '/volume/z after']);
});

test('an archive that fails is given up when no directory is being stored any more', async t => {
	const {archive, write, repository} = await workshop(t);
	write({'one/inside': 'x', 'two/inside': 'y'});
	const calls: string[] = [];
	const stopping = new AbortController();
	const slow = overriding(repository, {
		async startArchive(options, signal) {
			const writer = await repository.startArchive(options, signal);
			return overriding(writer, {
				async leaveDirectory() {
					calls.push('leave');
					stopping.abort(new LazaretteError('Cancelled', 'enough'));
					for (let turns = 0; turns < 20; turns++) await turn();
					calls.push('left');
					return writer.leaveDirectory();
				},
				abandon() {
					calls.push('abandon');
					return writer.abandon();
				},
			});
		},
	});
	await t.throwsAsync(archive({repository: slow, signal: stopping.signal}), {message: 'enough'});
	t.deepEqual(calls, ['leave', 'left', 'abandon']);
});

test('a file that shrinks while it is read is stored as it was read and reported', async t => {
	const {archive, write, source, fileSystem, repository} = await workshop(t);
	write({...files, it: 'x'.repeat(2_000_000)});
	let opened = false;
	const shrinking = hooked(fileSystem, {
		after(call, name) {
			if (call === 'openFile' && name === 'it') opened = true;
			else if (call === 'statusOf' && opened) {
				opened = false;
				truncateSync(source('it'), 10);
			}
		},
	});
	const outcome = await archive({fileSystem: shrinking});
	t.deepEqual(outcome.skipped, [{path: '/it', reason: 'ChangedWhileRead'}]);
	t.is((await nodesOf(repository, outcome.archive)).get('/volume/it')!.size, 10);
});

test('a file that was replaced by a link is archived as the link, which is not followed', async t => {
	const {archive, write, source, fileSystem, repository} = await workshop(t);
	write({...files, secret: 'not to be read twice'});
	const replacing = hooked(fileSystem, {
		before(call, name) {
			if (call !== 'openFile' || name !== 'it') return;
			rmSync(source('it'));
			symlinkSync('secret', source('it'));
		},
	});
	const outcome = await archive({fileSystem: replacing});
	t.deepEqual(outcome.skipped, []);
	t.like((await nodesOf(repository, outcome.archive)).get('/volume/it'), {type: 'symlink', linkTarget: Buffer.from('secret')});
});

test('a directory that was replaced by a link is archived as the link, and nothing behind it', async t => {
	const {archive, write, source, fileSystem, repository} = await workshop(t);
	write(directories);
	mkdirSync(source('../elsewhere'));
	writeFileSync(source('../elsewhere/foreign'), 'not of this volume');
	const replacing = hooked(fileSystem, {
		before(call, name) {
			if (call !== 'openDirectory' || name !== 'it') return;
			renameSync(source('it'), source('moved'));
			symlinkSync('../elsewhere', source('it'));
		},
	});
	const outcome = await archive({fileSystem: replacing});
	t.deepEqual(outcome.skipped, []);
	t.deepEqual(await listArchive(repository, outcome.archive), ['/volume/', '/volume/a before', '/volume/it', '/volume/z after']);
});

test('a file that became a directory is archived as the directory', async t => {
	const {archive, write, source, fileSystem, repository} = await workshop(t);
	write(files);
	const replacing = hooked(fileSystem, {
		before(call, name) {
			if (call !== 'openFile' || name !== 'it') return;
			rmSync(source('it'));
			mkdirSync(source('it'));
			writeFileSync(source('it/inside'), 'x');
		},
	});
	const outcome = await archive({fileSystem: replacing});
	t.deepEqual(await listArchive(repository, outcome.archive), ['/volume/', '/volume/a before', '/volume/it/', '/volume/it/inside', '/volume/z after']);
});

test('an entry that keeps changing into something else is given up', async t => {
	const {archive, write, fileSystem} = await workshop(t);
	write(files);
	const unsteady = hooked(fileSystem, {
		before(call, name) {
			if (call === 'openFile' && name === 'it') throw new SystemError('ELOOP', 'openat');
		},
	});
	t.deepEqual((await archive({fileSystem: unsteady})).skipped, [{path: '/it', reason: 'NotAFile'}]);
});

for (const [code, reason] of [['EACCES', 'PermissionDenied'], ['EPERM', 'PermissionDenied'], ['EIO', 'IoError'], ['ESTALE', 'IoError']] as const) {
	test(`a file that cannot be opened (${code}) is a ${reason}: a warning, or the end of the archive, as the policy says`, async t => {
		const {archive, write, fileSystem, repository} = await workshop(t);
		write(files);
		const broken = hooked(fileSystem, {
			before(call, name) {
				if (call === 'openFile' && name === 'it') throw new SystemError(code, 'openat');
			},
		});
		const skipped: unknown[] = [];
		const error = await t.throwsAsync(archive({fileSystem: broken, onUnreadable: 'fail', onSkipped: entry => skipped.push(entry)}), {instanceOf: LazaretteError, code: 'FilesUnreadable'});
		t.regex(error?.message ?? '', new RegExp(`1 entry of /volume could not be read, the first /it \\(${reason}\\); no archive was made`));
		t.deepEqual(skipped, [{path: '/it', reason}]);
		t.deepEqual(await repository.archives(neverAborts), []);

		const outcome = await archive({fileSystem: broken});
		t.deepEqual(outcome.skipped, [{path: '/it', reason}]);
		t.deepEqual(await listArchive(repository, outcome.archive), ['/volume/', '/volume/a before', '/volume/z after']);
	});
}

test('a file whose content cannot be read is left out, whether it is small or large', async t => {
	const {archive, write, fileSystem, repository} = await workshop(t);
	write({...files, 'large': Buffer.alloc(2_000_000, 'x')});
	// Reading the memory of this process at address 0 fails with EIO: a real failing read, whatever the disk.
	const self = fileSystem.openRoot('/proc/self');
	const sizes = new Map<number, number>();
	const unreadable: FileSystem = {
		...fileSystem,
		look(fd, into) {
			fileSystem.look(fd, into);
			into.size = sizes.get(fd) ?? into.size;
		},
		close(fd) {
			sizes.delete(fd);
			fileSystem.close(fd);
		},
		openRoot(path) {
			const root = fileSystem.openRoot(path);
			return overriding(root, {
				openFileIn(names, from, to) {
					const name = Buffer.from(names.subarray(from, to)).toString();
					if (!['it', 'large'].includes(name)) return root.openFileIn(names, from, to);
					const fd = self.openFile(Buffer.from('mem'));
					sizes.set(fd, name === 'large' ? 2_000_000 : 10);
					return fd;
				},
			});
		},
	};
	const outcome = await archive({fileSystem: unreadable});
	t.deepEqual(outcome.skipped, [{path: '/it', reason: 'IoError'}, {path: '/large', reason: 'IoError'}]);
	t.deepEqual(await listArchive(repository, outcome.archive), ['/volume/', '/volume/a before', '/volume/z after']);
	self.close();
});

test('a directory that cannot be opened is reported once and left out', async t => {
	const {archive, write, fileSystem, repository} = await workshop(t);
	write(directories);
	const closed = hooked(fileSystem, {
		before(call, name) {
			if (call === 'openDirectory' && name === 'it') throw new SystemError('EACCES', 'openat');
		},
	});
	const outcome = await archive({fileSystem: closed});
	t.deepEqual(outcome.skipped, [{path: '/it', reason: 'PermissionDenied'}]);
	t.deepEqual(await listArchive(repository, outcome.archive), ['/volume/', '/volume/a before', '/volume/z after']);
});

test('lost+found that may not be read is no fault', async t => {
	const {archive, write, fileSystem} = await workshop(t);
	write({...files, 'lost+found/': ''});
	const closed = hooked(fileSystem, {
		before(call, name) {
			if (call === 'openDirectory' && name === 'lost+found') throw new SystemError('EACCES', 'openat');
		},
	});
	t.deepEqual((await archive({fileSystem: closed, onUnreadable: 'fail'})).skipped, []);
});

test('a file whose attributes cannot be read is archived without them and reported', async t => {
	const {archive, write, fileSystem, repository} = await workshop(t);
	write(files);
	const broken = hooked(fileSystem, {
		before(call, name) {
			if (call === 'attributesOf' && name === 'it') throw new SystemError('EIO', 'listxattr');
		},
	});
	const outcome = await archive({fileSystem: broken});
	t.deepEqual(outcome.skipped, [{path: '/it', reason: 'AttributesUnreadable'}]);
	t.true((await nodesOf(repository, outcome.archive)).has('/volume/it'));
});

test('running out of file descriptors ends the run instead of leaving out every file', async t => {
	const {archive, write, fileSystem, repository} = await workshop(t);
	write(files);
	const exhausted = hooked(fileSystem, {
		before(call) {
			if (call === 'openFile') throw new SystemError('EMFILE', 'openat');
		},
	});
	await t.throwsAsync(archive({fileSystem: exhausted}), {instanceOf: LazaretteError});
	t.deepEqual(await repository.archives(neverAborts), []);
});

test('a volume whose root cannot be listed is unreadable, whatever the policy', async t => {
	const {archive, write, fileSystem, repository} = await workshop(t);
	write(files);
	const broken = hooked(fileSystem, {
		before(call) {
			if (call === 'readNames') throw new SystemError('EIO', 'getdents64');
		},
	});
	const error = await t.throwsAsync(archive({fileSystem: broken}), {instanceOf: LazaretteError, code: 'FilesUnreadable'});
	t.regex(error?.message ?? '', /\/volume cannot be read: getdents64: EIO/);
	t.deepEqual(await repository.archives(neverAborts), []);
});

test('a failing disk of the repository never makes a file look unreadable', async t => {
	const {archive, write, repository} = await workshop(t);
	write({...files, large: Buffer.alloc(1_500_000, 'x')});
	const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC', syscall: 'write', errno: -28});
	for (const [method, error] of [['storeContent', full], ['addFile', full], ['addNode', full], ['addNode', Object.assign(new Error('EIO'), {code: 'EIO', syscall: 'fsync'})]] as const) {
		const broken = overriding(repository, {
			async startArchive(options, signal) {
				const writer = await repository.startArchive(options, signal);
				return overriding(writer, {
					[method]() {
						throw error;
					},
				});
			},
		});
		await t.throwsAsync(archive({repository: broken}), {instanceOf: LazaretteError, code: 'Unexpected'});
	}
	t.deepEqual(await repository.archives(neverAborts), []);
});

test('only the first thousand skipped entries are listed, all are counted', async t => {
	const {archive, write, fileSystem} = await workshop(t);
	write(Object.fromEntries(Array.from({length: 1200}, (_, index) => [`file ${index}`, 'x'])));
	const closed = hooked(fileSystem, {
		before(call) {
			if (call === 'openFile') throw new SystemError('EACCES', 'openat');
		},
	});
	const outcome = await archive({fileSystem: closed, onEmptySource: 'allow'});
	t.is(outcome.skipped.length, 1000);
	t.is(outcome.skippedTotal, 1200);
});

test('another file system mounted below the volume is archived as an empty directory; a subvolume is archived', async t => {
	const {archive, write, fileSystem, repository} = await workshop(t);
	write({'mounted/inside': 'x', 'subvolume/inside': 'x', 'plain/inside': 'x'});
	const mounted: FileSystem = {
		...fileSystem,
		openRoot(path) {
			const root = fileSystem.openRoot(path);
			return overriding(root, {
				openDirectory(name) {
					const directory = root.openDirectory(name);
					if (name.toString() === 'plain') return directory;
					const otherMount = name.toString() === 'mounted' ? 1 : 0;
					return overriding(directory, {status: () => ({...directory.status(), deviceId: 999n}), mountId: () => directory.mountId() + otherMount});
				},
			});
		},
	};
	const outcome = await archive({fileSystem: mounted});
	t.deepEqual(await listArchive(repository, outcome.archive), ['/volume/', '/volume/mounted/', '/volume/plain/', '/volume/plain/inside', '/volume/subvolume/', '/volume/subvolume/inside']);
	t.is(outcome.tally.mountPoints, 1);
	const crossed = await archive({fileSystem: mounted, crossMounts: true});
	t.true((await listArchive(repository, crossed.archive)).includes('/volume/mounted/inside'));
});
