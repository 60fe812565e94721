import test from 'ava';
import {isSameNode, isUnchanged, withIdentityOf} from '../../../src/engine/archive/unchanged.ts';
import type {Status} from '../../../src/engine/file-system/file-system.ts';
import type {Node} from '../../../src/repository/node.ts';

const previous: Node = {
	name: Buffer.from('file'),
	type: 'file',
	mode: 0o644,
	uid: 1,
	gid: 2,
	mtimeNs: 10n,
	atimeNs: 10n,
	ctimeNs: 20n,
	inode: 30n,
	deviceId: 40n,
	links: 1,
	size: 50,
	content: Buffer.alloc(32, 7),
};
const status: Status = {type: 'file', mode: 0o644, uid: 1, gid: 2, mtimeNs: 10n, atimeNs: 99n, ctimeNs: 20n, inode: 30n, deviceId: 41n, links: 1, size: 50, blocks: 8, device: 0n};

const changes: Array<[what: string, change: Partial<Status>, restic: boolean, sizeMtime: boolean]> = [
	['nothing but the access time and the device', {}, true, true],
	['the size', {size: 51}, false, false],
	['the modification time by a nanosecond', {mtimeNs: 11n}, false, false],
	['the change time', {ctimeNs: 21n}, false, true],
	['the inode', {inode: 31n}, false, true],
	['the type', {type: 'symlink'}, false, false],
	['the owner and the mode, which change no content', {uid: 5, mode: 0o600}, true, true],
];
for (const [what, change, restic, sizeMtime] of changes) {
	test(`when ${what} changed, a file is ${restic ? 'not ' : ''}read again, and by size and time alone ${sizeMtime ? 'not' : 'too'}`, t => {
		t.is(isUnchanged(previous, {...status, ...change}, 'restic'), restic);
		t.is(isUnchanged(previous, {...status, ...change}, 'size-mtime'), sizeMtime);
	});
}

test('a parent without content says nothing about a file', t => {
	const {content: _, ...empty} = previous;
	t.false(isUnchanged(empty, status, 'size-mtime'));
});

test('the identity of the parent is kept when only that has changed, but never for files with several names', t => {
	const clone = {...previous, ctimeNs: 1n, inode: 2n, deviceId: 3n};
	t.true(isSameNode(withIdentityOf(clone, previous), previous));
	t.is(withIdentityOf({...clone, links: 2}, previous).inode, 2n);
	t.is(withIdentityOf({...clone, mtimeNs: 11n}, previous).inode, 2n);
	t.is(withIdentityOf({...clone, mode: 0o600}, previous).mode, 0o600);
});

test('nodes differ when their attributes or contents do', t => {
	const attribute = (value: string) => [{name: Buffer.from('user.a'), value: Buffer.from(value)}];
	t.true(isSameNode({...previous, extendedAttributes: attribute('1')}, {...previous, extendedAttributes: attribute('1')}));
	t.false(isSameNode({...previous, extendedAttributes: attribute('1')}, {...previous, extendedAttributes: attribute('2')}));
	t.false(isSameNode({...previous, extendedAttributes: attribute('1')}, previous));
	t.false(isSameNode({...previous, content: Buffer.alloc(32, 8)}, previous));
});
