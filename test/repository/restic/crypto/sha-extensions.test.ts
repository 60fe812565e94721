import {readFileSync} from 'node:fs';
import test from 'ava';
import {hasShaExtensions, namesShaExtensions} from '../../../../src/repository/restic/crypto/openssl/sha-extensions.ts';
import {openHashJobs, oneByOne} from '../../../../src/repository/restic/crypto/hash-jobs.ts';

const info = (flags: string): string => `processor\t: 0\nmodel name\t: Some sha_ni processor\nflags\t\t: ${flags}\nbugs\t\t: none\n`;

test('a processor has instructions for SHA-256 when its flags say so, and nothing else', t => {
	t.true(namesShaExtensions(info('fpu avx2 sha_ni xsaveopt')));
	t.true(namesShaExtensions(info('fpu sha_ni')));
	t.false(namesShaExtensions(info('fpu avx2 ssse3')));
	t.false(namesShaExtensions(info('fpu sha_nix not_sha_ni')));
	t.false(namesShaExtensions(''));
});

test('where the processor has none, messages are hashed one by one', t => {
	const names = process.platform === 'linux' && /\bsha_ni\b/.test(readFileSync('/proc/cpuinfo', 'latin1'));
	t.is(hasShaExtensions(), names);
	t.is(openHashJobs(() => false), oneByOne);
});
