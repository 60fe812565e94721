import {chmodSync, linkSync, lstatSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import test from 'ava';
import {LazaretteError} from '../../../src/base/errors.ts';
import {compareTrees} from '../../../src/engine/verify/compare-trees.ts';
import {cases} from '../../_cases.ts';
import {hooked} from '../_hooked-file-system.ts';
import {workshop} from '../_workshop.ts';

test('a restore that is cut off before any of its calls can be repeated, and no file passes for whole that is not', async t => {
	const {archive, restore, write, source, target, fileSystem} = await workshop(t);
	write({'a/file': 'x'.repeat(5000), 'a/again': 'y', 'b/empty': '', 'large': Buffer.from(Array.from({length: 150_000}, (_, index) => String(index)).join('')), 'plain': 'z'});
	linkSync(source('a/file'), source('b/link'));
	symlinkSync('a/file', source('symbolic'));
	chmodSync(source('a'), 0o550);
	const old = new Date('2020-01-01T00:00:00Z');
	for (const path of ['a/file', 'large', 'plain', 'a', '']) utimesSync(source(path), old, old);
	const {archive: made} = await archive();

	const prepare = (): void => {
		rmSync(target(), {recursive: true, force: true});
		mkdirSync(target('a'), {recursive: true});
		writeFileSync(target('plain'), 'something else');
		writeFileSync(target('extra'), 'x');
	};
	// With many cases before each of them.
	const step = Math.max(1, 10 / cases(1));
	let cutOff = 0;
	for (let last = 1; ; last += step) {
		prepare();
		let calls = 0;
		const mortal = hooked(fileSystem, {
			before(call) {
				// A process that dies makes no more calls; what is open is closed for it.
				if (call !== 'close' && ++calls >= last) throw new LazaretteError('Cancelled', 'killed');
			},
		});
		try {
			await restore(made, {fileSystem: mortal, deleteExtra: true, limits: {files: 2, blobs: 2}});
			break;
		} catch (error) {
			if (!(error instanceof LazaretteError && error.code === 'Cancelled')) throw error;
			cutOff++;
		}
		for (const path of ['a/file', 'large', 'plain']) {
			const status = lstatSync(target(path), {bigint: true, throwIfNoEntry: false});
			if (status?.mtimeNs !== lstatSync(source(path), {bigint: true}).mtimeNs) continue;
			t.is(status.size, lstatSync(source(path), {bigint: true}).size);
		}
		const {problems} = await restore(made, {deleteExtra: true});
		t.deepEqual(problems, []);
		t.deepEqual(compareTrees(fileSystem, source(), target()), [], `after the end before call ${last}`);
	}
	t.true(cutOff > 60 / step, `${cutOff}`);
	t.log(`cut off before ${cutOff} calls`);
});

test('an abort stops a restore', async t => {
	const {archive, restore, write} = await workshop(t);
	write(Object.fromEntries(Array.from({length: 200}, (_, index) => [`file ${index}`, `content ${index}`])));
	const {archive: made} = await archive();
	const controller = new AbortController();
	const reason = new LazaretteError('Cancelled', 'enough');
	const pending = restore(made, {signal: controller.signal, limits: {files: 10, blobs: 10}, onProgress: () => controller.abort(reason)});
	t.is(await t.throwsAsync(pending), reason);
});
