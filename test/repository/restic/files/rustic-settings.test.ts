import test from 'ava';
import {rusticSettings} from '../../../../src/repository/restic/files/rustic-settings.ts';

const mebibyte = 1024 * 1024;

test('what rustic was told of compression, pack size and verification holds for us too, within what restic allows', t => {
	t.deepEqual(rusticSettings({}), {});
	t.deepEqual(rusticSettings({compression: 0, datapack_size: 64 * mebibyte, extra_verify: true}), {compression: 'off', packSize: 64 * mebibyte, verify: 'all'});
	t.deepEqual(rusticSettings({compression: -7}), {compression: {level: 1}});
	t.deepEqual(rusticSettings({compression: 19}), {compression: {level: 19}});
	t.deepEqual(rusticSettings({datapack_size: 1}), {packSize: 4 * mebibyte});
	t.deepEqual(rusticSettings({datapack_size: 2 ** 31, datapack_size_limit: 100 * mebibyte}), {packSize: 100 * mebibyte});
	t.deepEqual(rusticSettings({datapack_size: 2 ** 31}), {packSize: 128 * mebibyte});
	t.deepEqual(rusticSettings({compression: 'max', datapack_size: null, extra_verify: false}), {});
});
