import {execFile, execFileSync} from 'node:child_process';
import {chmodSync, closeSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {getuid} from 'node:process';
import {promisify} from 'node:util';
import test from 'ava';
import {NameList} from '../../../src/engine/file-system/name-list.ts';
import {SystemError} from '../../../src/engine/file-system/system-error.ts';
import {openLinuxFileSystem} from '../../../src/engine/file-system/linux/open-linux-file-system.ts';
import {temporaryDirectory} from '../_workshop.ts';

const name = (text: string): Buffer => Buffer.from(text);
const isRoot = getuid?.() === 0;
const forRoot = isRoot ? test : test.skip;

test('a status says what Node and stat(1) say', async t => {
	const directory = temporaryDirectory(t);
	writeFileSync(`${directory}/file`, 'hello');
	chmodSync(`${directory}/file`, 0o4751);
	symlinkSync('nowhere', `${directory}/link`);
	const fileSystem = await openLinuxFileSystem();
	const root = fileSystem.openRoot(directory);
	for (const entry of ['file', 'link']) {
		const status = root.statusOf(name(entry));
		const stats = lstatSync(`${directory}/${entry}`, {bigint: true});
		t.deepEqual(
			[status.mode, status.uid, status.gid, status.size, status.blocks, status.links].map(Number),
			[stats.mode & 0o7777n, stats.uid, stats.gid, stats.size, stats.blocks, stats.nlink].map(Number),
		);
		t.deepEqual([status.mtimeNs, status.atimeNs, status.ctimeNs, status.inode, status.deviceId], [stats.mtimeNs, stats.atimeNs, stats.ctimeNs, stats.ino, stats.dev]);
		t.is(status.mode.toString(8), execFileSync('stat', ['-c', '%a', `${directory}/${entry}`], {encoding: 'utf8'}).trim());
	}
	t.is(root.statusOf(name('link')).type, 'symlink');
	t.is(root.lookUp(name('missing')), undefined);
	t.is(fileSystem.statusAt(directory).inode, root.status().inode);
	root.close();
});

test('device numbers of any size are those that stat(1) shows', async t => {
	const fileSystem = await openLinuxFileSystem();
	const root = fileSystem.openRoot('/dev');
	const {device, type} = root.statusOf(name('null'));
	t.is(type, 'chardev');
	t.is(device, statSync('/dev/null', {bigint: true}).rdev);
	root.close();
});

forRoot('a device is made with the numbers that were asked for', async t => {
	const directory = temporaryDirectory(t);
	const root = (await openLinuxFileSystem()).openRoot(directory);
	// Major 300, minor 70 000, as makedev(3) puts them together.
	const device = (300n << 8n) | (70_000n & 0xffn) | ((70_000n & ~0xffn) << 12n);
	try {
		root.makeSpecial(name('device'), 'chardev', device);
	} catch (error) {
		t.is((error as SystemError).code, 'EPERM');
		t.log('devices are not allowed here');
		return;
	}
	t.is(root.statusOf(name('device')).device, device);
	t.is(execFileSync('stat', ['-c', '%t %T', `${directory}/device`], {encoding: 'utf8'}).trim(), `${(300).toString(16)} ${(70_000).toString(16)}`);
	root.close();
});

test('times are set to the nanosecond, before 1970 and after 2038 too', async t => {
	const directory = temporaryDirectory(t);
	writeFileSync(`${directory}/file`, '');
	symlinkSync('file', `${directory}/link`);
	const root = (await openLinuxFileSystem()).openRoot(directory);
	for (const time of [0n, 1n, -1n, 1_700_000_000_987_654_321n, -1_234_567_890_123_456_789n, 4_102_444_800_000_000_001n]) {
		for (const entry of ['file', 'link']) {
			root.setTimes(name(entry), time + 5n, time);
			const {mtimeNs, atimeNs} = lstatSync(`${directory}/${entry}`, {bigint: true});
			t.deepEqual([mtimeNs, atimeNs], [time, time + 5n]);
		}
	}
	root.close();
});

test('directories and files are never opened through a link', async t => {
	const directory = temporaryDirectory(t);
	mkdirSync(`${directory}/real`);
	writeFileSync(`${directory}/real/file`, 'x');
	symlinkSync('real', `${directory}/directory`);
	symlinkSync('real/file', `${directory}/file`);
	const root = (await openLinuxFileSystem()).openRoot(directory);
	t.throws(() => root.openDirectory(name('directory')), {instanceOf: SystemError, code: 'ENOTDIR'});
	t.throws(() => root.openFile(name('file')), {instanceOf: SystemError, code: 'ELOOP'});
	t.throws(() => root.openForUpdate(name('file')), {instanceOf: SystemError, code: 'ELOOP'});
	t.throws(() => root.createFile(name('file')), {instanceOf: SystemError, code: 'EEXIST'});
	root.close();
});

test('a FIFO without a writer is not waited for', async t => {
	const directory = temporaryDirectory(t);
	const fileSystem = await openLinuxFileSystem();
	const root = fileSystem.openRoot(directory);
	root.makeSpecial(name('fifo'), 'fifo', 0n);
	const fd = root.openFile(name('fifo'));
	t.is(fileSystem.statusOf(fd).type, 'fifo');
	fileSystem.close(fd);
	root.close();
});

test('a name with a zero byte, or one that is too long, is refused before any other file is touched', async t => {
	const directory = temporaryDirectory(t);
	writeFileSync(`${directory}/a`, 'precious');
	const root = (await openLinuxFileSystem()).openRoot(directory);
	t.throws(() => root.removeFile(name('a\0b')), {instanceOf: SystemError, code: 'EINVAL'});
	t.throws(() => root.removeFile(name('')), {instanceOf: SystemError, code: 'EINVAL'});
	t.throws(() => root.statusOf(name('n'.repeat(256))), {instanceOf: SystemError, code: 'ENAMETOOLONG'});
	t.throws(() => root.statusOf(name('n'.repeat(10_000))), {instanceOf: SystemError, code: 'ENAMETOOLONG'});
	t.is(readFileSync(`${directory}/a`, 'utf8'), 'precious');
	root.close();
});

test('all names of a large directory are read, again and again', async t => {
	const directory = temporaryDirectory(t);
	const count = 1000;
	for (let index = 0; index < count; index++) writeFileSync(`${directory}/${'n'.repeat(200)}${index}`, '');
	const root = (await openLinuxFileSystem()).openRoot(directory);
	const names = new NameList();
	for (let round = 0; round < 2; round++) {
		root.readNames(names);
		names.sort();
		const read = new Set(Array.from({length: names.length}, (_, index) => names.at(index).toString()));
		t.is(read.size, count);
		t.false(read.has('.') || read.has('..'));
	}
	root.close();
});

test('extended attributes of any bytes are kept, empty ones too', async t => {
	const directory = temporaryDirectory(t);
	const fileSystem = await openLinuxFileSystem();
	const root = fileSystem.openRoot(directory);
	const fd = root.createFile(name('file'));
	const wanted = [
		{name: name('user.empty'), value: Buffer.alloc(0)},
		{name: name('user.binary'), value: Buffer.from([0, 1, 255])},
	];
	for (const attribute of wanted) fileSystem.entryOf(fd).setAttribute(attribute);
	const entry = root.openEntry(name('file'));
	for (const read of [root.attributesOf(name('file')), fileSystem.entryOf(fd).attributes(), entry.attributes()]) {
		t.deepEqual(read.filter(attribute => attribute.name.toString().startsWith('user.')).toSorted((a, b) => Buffer.compare(b.name, a.name)), wanted);
	}
	entry.removeAttribute(name('user.empty'));
	fileSystem.entryOf(fd).removeAttribute(name('user.binary'));
	t.deepEqual(root.attributesOf(name('file')).filter(attribute => attribute.name.toString().startsWith('user.')), []);
	entry.close();
	closeSync(fd);
	root.close();
});

test('reading leaves no access time behind', async t => {
	const directory = temporaryDirectory(t);
	writeFileSync(`${directory}/file`, 'content');
	const yearsAgo = new Date('2001-01-01T00:00:00Z');
	utimesSync(`${directory}/file`, yearsAgo, new Date());
	const fileSystem = await openLinuxFileSystem();
	const root = fileSystem.openRoot(directory);
	const fd = root.openFile(name('file'));
	t.is(fileSystem.read(fd, Buffer.alloc(10), 0), 7);
	fileSystem.close(fd);
	root.close();
	t.deepEqual(statSync(`${directory}/file`).atime, yearsAgo);
});

test('what a sparse file holds is found without reading its holes', async t => {
	const directory = temporaryDirectory(t);
	const fileSystem = await openLinuxFileSystem();
	const root = fileSystem.openRoot(directory);
	const fd = root.createFile(name('sparse'));
	const size = 1_000_000_000_000;
	fileSystem.truncate(fd, size);
	fileSystem.write(fd, Buffer.from('island'), 500_000_000_000);
	const found = fileSystem.nextData(fd, 0, size);
	t.truthy(found);
	t.true(found!.start <= 500_000_000_000 && found!.end > 500_000_000_000 && found!.end - found!.start < 1_000_000);
	t.is(fileSystem.nextData(fd, found!.end, size), undefined);
	t.is(fileSystem.nextData(fd, 0, 400_000_000_000), undefined, 'nothing in this part of it');
	t.is(fileSystem.nextData(fd, 0, 500_000_000_003)?.end, 500_000_000_003);
	fileSystem.close(fd);
	root.close();
});

test('without koffi the error says what to install', async t => {
	const hooks = `data:text/javascript,import {registerHooks} from 'node:module'; registerHooks({resolve(name, context, next) { if (name === 'koffi') throw new Error('not installed'); return next(name, context); }}); process.dlopen = () => { throw new Error('not installed'); };`;
	const script = `import {openLinuxFileSystem} from '${new URL('../../../src/engine/file-system/linux/open-linux-file-system.ts', import.meta.url).href}';
		await openLinuxFileSystem().catch(error => console.log(JSON.stringify({code: error.code, hint: error.hint})));`;
	const {stdout} = await promisify(execFile)(process.execPath, ['--import', hooks, '--input-type=module', '--eval', script]);
	const {code, hint} = JSON.parse(stdout) as {code: string; hint: string};
	t.is(code, 'Unexpected');
	t.regex(hint, /install the npm package koffi/);
});
