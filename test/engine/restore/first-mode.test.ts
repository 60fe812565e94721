import {chmodSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import test from 'ava';
import type {FileSystem} from '../../../src/engine/file-system/file-system.ts';
import {systemCode} from '../../../src/engine/file-system/system-error.ts';
import {compareTrees} from '../../../src/engine/verify/compare-trees.ts';
import {hooked} from '../_hooked-file-system.ts';
import {workshop} from '../_workshop.ts';

const modes = {all: 0o644, group: 0o640, none: 0o600, locked: 0o444, setuid: 0o4755};

/** What a file may be for others before its owner is right. */
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

/** Writes a file of each mode. */
function writeModes(write: (files: Record<string, string>) => void, source: (path: string) => string): void {
	for (const [name, mode] of Object.entries(modes)) {
		write({[name]: `content of ${name}`});
		chmodSync(source(name), mode);
	}
}

test('a file is only made with its mode where that gives all others the same, and ends with its mode in any case', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	writeModes(write, source);
	const {archive: made} = await archive();
	const first: Record<string, number> = {};
	const {problems} = await restore(made, {fileSystem: hooked(fileSystem, {after: (call, name) => void (call === 'createFile' && (first[name] = modeOf(target(name))))})});
	t.deepEqual(problems, []);
	t.deepEqual(first, {all: 0o644, group: 0o600, none: 0o600, locked: 0o600, setuid: 0o600});
	for (const [name, mode] of Object.entries(modes)) t.is(modeOf(target(name)), mode, name);
	t.deepEqual(compareTrees(fileSystem, source(), target()), []);
});

test('where a directory hands its access control list down, nobody may look into a file before its own is right', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	writeModes(write, source);
	const {archive: made} = await archive();
	mkdirSync(target());
	if (!handsDown(fileSystem, target())) {
		t.log('this file system keeps no access control lists');
		t.pass();
		return;
	}
	const first: Record<string, number> = {};
	const {problems} = await restore(made, {overwrite: 'Always', fileSystem: hooked(fileSystem, {after: (call, name) => void (call === 'createFile' && (first[name] = modeOf(target(name))))})});
	t.deepEqual(problems, []);
	t.deepEqual(first, {all: 0o600, group: 0o600, none: 0o600, locked: 0o600, setuid: 0o600});
	const directory = fileSystem.openRoot(target());
	for (const [name, mode] of Object.entries(modes)) {
		t.is(modeOf(target(name)), mode, name);
		t.deepEqual(directory.attributesOf(Buffer.from(name)), [], name);
	}
	directory.close();
});

test('a name that appears in an empty directory while it is restored is reported and not overwritten', async t => {
	const {archive, restore, write, target, fileSystem} = await workshop(t);
	write({'dir/a': 'of the archive', 'dir/b': 'of the archive'});
	const {archive: made} = await archive();
	mkdirSync(target('dir'), {recursive: true});
	const intrude = (call: string, name: string): void => {
		if (call === 'createFile' && name === 'a') writeFileSync(target('dir/a'), 'of somebody else');
	};
	const {problems, failed, tally} = await restore(made, {fileSystem: hooked(fileSystem, {before: intrude})});
	t.deepEqual(problems, [{path: '/dir/a', reason: 'NotRestored', detail: 'EEXIST'}]);
	t.is(failed, 1);
	t.is(tally.filesRestored, 1);
	t.is(readFileSync(target('dir/a'), 'utf8'), 'of somebody else');
	t.is(readFileSync(target('dir/b'), 'utf8'), 'of the archive');
});

/** Gives a directory a default list that lets user 1234 do everything. False where there are none. */
function handsDown(fileSystem: FileSystem, path: string): boolean {
	const rules = [[0x01, 7, -1], [0x02, 7, 1234], [0x04, 5, -1], [0x10, 7, -1], [0x20, 5, -1]] as const;
	const value = Buffer.alloc(4 + rules.length * 8);
	value.writeUInt32LE(2, 0);
	for (const [number, [tag, rights, id]] of rules.entries()) {
		value.writeUInt16LE(tag, 4 + number * 8);
		value.writeUInt16LE(rights, 6 + number * 8);
		value.writeInt32LE(id, 8 + number * 8);
	}
	const directory = fileSystem.openRoot(path);
	try {
		fileSystem.entryOf(directory.fd).setAttribute({name: Buffer.from('system.posix_acl_default'), value});
		return true;
	} catch (error) {
		if (systemCode(error) === 'EOPNOTSUPP' || systemCode(error) === 'ENOTSUP') return false;
		throw error;
	} finally {
		directory.close();
	}
}
