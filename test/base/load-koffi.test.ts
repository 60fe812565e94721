import {constants} from 'node:os';
import test from 'ava';
import packageKoffi from 'koffi';
import {loadKoffi} from '../../src/base/load-koffi.ts';

test('the C library is called through the same addon that koffi\'s own package loads', t => {
	const koffi = loadKoffi();
	t.is(koffi.version, packageKoffi.version);
	t.is(loadKoffi(), koffi);
	t.is(koffi.load(null).func('int abs(int number)')(-7), 7);
	const access = koffi.load(null).func('int access(const char *path, int mode)');
	t.is(access('/no such file', 0), -1);
	t.is(koffi.errno(), constants.errno.ENOENT);
});
