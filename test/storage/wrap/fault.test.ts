import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {openFilesystemStorage} from '../../../src/storage/filesystem/open-filesystem-storage.ts';
import {atCall, everyCall, failing, withFaults} from '../../../src/storage/wrap/fault.ts';
import {temporaryStorage} from '../_temporary-storage.ts';

test('a fault before a call keeps it from the store, a fault after it hides its success', async t => {
	const base = await temporaryStorage(t);
	const storage = withFaults(base, call => (call.operation === 'put' ? failing(call.key === 'a' ? 'before' : 'after', 'StoreThrottled') : undefined));
	await t.throwsAsync(storage.put('a', Buffer.from('x'), neverAborts), {code: 'StoreThrottled'});
	await t.throwsAsync(storage.put('b', Buffer.from('x'), neverAborts), {code: 'StoreThrottled'});
	t.is(await storage.stat('a', neverAborts), undefined);
	t.deepEqual(await storage.stat('b', neverAborts), {key: 'b', size: 1});
});

test('faults come at the call, or at every so many calls, that the plan names; all calls count', async t => {
	const base = await temporaryStorage(t);
	const failed = async (plan: Parameters<typeof withFaults>[1]): Promise<number[]> => {
		const storage = withFaults(base, plan);
		const calls = [
			async () => storage.put('a', Buffer.from('x'), neverAborts),
			async () => storage.stat('a', neverAborts),
			async () => storage.get('a', neverAborts),
			async () => Array.fromAsync(storage.list('', neverAborts)),
			async () => storage.remove('a', neverAborts),
		];
		const numbers: number[] = [];
		for (const [index, call] of calls.entries()) await call().catch(() => numbers.push(index + 1));
		return numbers;
	};
	t.deepEqual(await failed(atCall(4, failing('after'))), [4]);
	t.deepEqual(await failed(everyCall(2, failing('after'))), [2, 4]);
	t.deepEqual(await failed(() => undefined), []);
});

test('a plan can watch without harm', async t => {
	const seen: string[] = [];
	const storage = withFaults(await temporaryStorage(t), call => ({moment: 'before', act: () => void seen.push(`${call.number} ${call.operation} ${call.key} ${call.content?.size ?? ''}`)}));
	await storage.put('a', Buffer.from('xyz'), neverAborts);
	await Array.fromAsync(storage.list('data/', neverAborts));
	t.deepEqual(seen, ['1 put a 3', '2 list data/ ']);
});

test('a process can be ended at a call, before or after the store has done its part', async t => {
	for (const [moment, stored] of [['before', false], ['after', true]] as const) {
		const path = await mkdtemp(join(tmpdir(), 'lazarette-unit-'));
		t.teardown(async () => rm(path, {recursive: true, force: true}));
		const script = `
			import {openFilesystemStorage} from ${JSON.stringify(import.meta.resolve('../../../src/storage/filesystem/open-filesystem-storage.ts'))};
			import {atCall, killing, withFaults} from ${JSON.stringify(import.meta.resolve('../../../src/storage/wrap/fault.ts'))};
			const storage = withFaults(openFilesystemStorage({kind: 'filesystem', path: process.argv[1]}), atCall(2, killing('${moment}')));
			for (const key of ['a', 'b', 'c']) await storage.put(key, Buffer.from(key), new AbortController().signal);
		`;
		const child = spawn(process.execPath, ['--input-type=module', '--eval', script, path], {stdio: 'inherit'});
		const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
		t.is(signal, 'SIGKILL');
		const storage = openFilesystemStorage({kind: 'filesystem', path});
		t.deepEqual(await Promise.all(['a', 'b', 'c'].map(async key => (await storage.stat(key, neverAborts)) !== undefined)), [true, stored, false]);
	}
});
