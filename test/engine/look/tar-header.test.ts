import test from 'ava';
import {formatLinuxAcl} from '../../../src/engine/look/tar/linux-acl.ts';
import {encodePax, paxTime} from '../../../src/engine/look/tar/pax-records.ts';
import {padding, tarEnd, tarHeader} from '../../../src/engine/look/tar/tar-header.ts';
import {readTar} from '../../oracle/_read-tar.ts';
import {plainFile} from '../../repository/restic/tree/_nodes.ts';
import type {Node} from '../../../src/repository/node.ts';

const headerOf = (node: Node, path: string | Buffer, size = 0) => readTar(Buffer.concat([tarHeader(node, Buffer.from(path), size), tarEnd]))[0]!;

test('a length in a pax header counts itself, also where that makes it longer', t => {
	for (const length of [0, 1, 5, 84, 85, 86, 87, 88, 985, 986, 987, 988, 989, 9983, 9984, 9985]) {
		const record = encodePax([{keyword: 'comment', value: 'x'.repeat(length)}]);
		t.is(Number.parseInt(record.toString('latin1')), record.length);
	}
});

test('times keep their nanoseconds, before 1970 as well', t => {
	t.deepEqual([0n, 1n, -1n, 1_500_000_000n, -1_500_000_000n, 981_173_106_789_012_345n].map(paxTime), ['0', '0.000000001', '-0.000000001', '1.5', '-1.5', '981173106.789012345']);
});

test('a file of more than 8 GiB has its size in the pax header', t => {
	const size = 9 * 1024 ** 3;
	const header = tarHeader(plainFile({name: Buffer.from('big')}), Buffer.from('big'), size);
	t.true(header.toString('latin1').includes(`size=${size}\n`));
	t.is(header.length, 3 * 512);
	t.false(tarHeader(plainFile({name: Buffer.from('big'), mtimeNs: 0n}), Buffer.from('big'), 8 * 1024 ** 3 - 1).toString('latin1').includes('size='));
});

test('what a plain header has room for needs no pax header, and what it has not gets one', t => {
	const plain = plainFile({name: Buffer.from('f'), mtimeNs: 7_000_000_000n});
	t.is(tarHeader(plain, Buffer.from('a/f'), 0).length, 512);
	t.is(tarHeader(plain, Buffer.from('n'.repeat(100)), 0).length, 512);
	t.is(headerOf(plain, 'n'.repeat(101)).name, 'n'.repeat(101));
	t.is(headerOf(plain, Buffer.from([0x61, 0xff, 0x0a])).name, 'a\xff\n');
	t.true(tarHeader(plain, Buffer.from([0x61, 0xff]), 0).toString('latin1').includes('21 hdrcharset=BINARY\n'));
	t.like(headerOf({...plain, uid: 4_294_967_294, gid: 2_097_152}, 'f'), {uid: 4_294_967_294, gid: 2_097_152});
	for (const keyword of ['uname', 'gname'] as const) {
		const called = (length: number): string => tarHeader({...plain, [keyword === 'uname' ? 'user' : 'group']: 'x'.repeat(length)}, Buffer.from('f'), 0).toString('latin1');
		t.is(called(31).length, 512);
		t.true(called(32).includes(`${keyword}=${'x'.repeat(32)}\n`), 'the header keeps a byte for the NUL behind the name');
	}
	t.like(headerOf({...plain, mtimeNs: -1n}, 'f'), {mtime: '-0.000000001'});
	t.like(headerOf({...plain, type: 'symlink', linkTarget: Buffer.from('l'.repeat(300))}, 'f'), {type: '2', link: 'l'.repeat(300)});
	t.like(headerOf({...plain, extendedAttributes: [{name: Buffer.from('user.a=b%'), value: Buffer.from([0, 0xff, 0x0a, 0x3d])}]}, 'f'), {attributes: {'SCHILY.xattr.user.a%3Db%25': '\0\xff\n='}});
	t.is(padding(0).length + padding(512).length, 0);
	t.is(padding(513).length, 511);
});

test('a device keeps its numbers, those of more than eight bits too', t => {
	// makedev(259, 300000) in Linux' encoding.
	const device = (259n << 8n) | (300_000n & 0xffn) | ((300_000n & ~0xffn) << 12n);
	const header = tarHeader({...plainFile({name: Buffer.from('d'), mtimeNs: 0n}), type: 'dev', device}, Buffer.from('d'), 0);
	t.deepEqual([header.toString('latin1', 156, 157), Number.parseInt(header.toString('latin1', 329, 336), 8), Number.parseInt(header.toString('latin1', 337, 344), 8)], ['4', 259, 300_000]);
});

test('what is no list of access rights as Linux writes them stays an attribute of bytes', t => {
	t.is(formatLinuxAcl(Buffer.from('0200000001000700ffffffff02000600d204000004000500ffffffff10000700ffffffff20000000ffffffff', 'hex')), 'user::rwx\nuser:1234:rw-\ngroup::r-x\nmask::rwx\nother::---\n');
	for (const hex of ['', '03000000', '0200000001', '0200000003000700ffffffff']) t.is(formatLinuxAcl(Buffer.from(hex, 'hex')), undefined);
});
