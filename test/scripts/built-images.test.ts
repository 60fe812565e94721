import {mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import test from 'ava';
import {removeOldImages} from '../cluster/images/built-images.ts';

test('of the images that were built under one name the newest few are kept, and nothing else is touched', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'lazarette-images-'));
	t.teardown(() => rmSync(folder, {recursive: true}));
	const make = (name: string, minute: number): void => {
		mkdirSync(join(folder, name));
		writeFileSync(join(folder, name, 'manifest.json'), '{}');
		utimesSync(join(folder, name), minute * 60, minute * 60);
	};
	for (const [minute, tag] of ['f', 'a', 'e', 'b', 'd', 'c'].entries()) make(`built-lazarette_${tag}`, 100 + minute);
	const others = ['built-lazarette_g.partial', 'built-lazarette_g.work', 'built-other_f', 'runtime-base-0123456789abcdef'];
	for (const name of others) make(name, 1);

	t.deepEqual((await removeOldImages('lazarette', folder)).map(path => basename(path)).toSorted(), ['built-lazarette_a', 'built-lazarette_f']);
	t.deepEqual(readdirSync(folder).toSorted(), ['built-lazarette_b', 'built-lazarette_c', 'built-lazarette_d', 'built-lazarette_e', ...others].toSorted());
	t.deepEqual(await removeOldImages('lazarette', folder), []);
});
