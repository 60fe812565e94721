import {spawnSync} from 'node:child_process';
import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {openStorage} from '../../src/storage/open-storage.ts';
import {withCounts} from '../../src/storage/wrap/count.ts';
import {everyCall, failing, withFaults} from '../../src/storage/wrap/fault.ts';
import type {ExecutionContext} from 'ava';
import type {StorageCounts} from '../../src/storage/wrap/count.ts';

async function temporaryDirectory(t: ExecutionContext): Promise<string> {
	const path = await mkdtemp(join(tmpdir(), 'lazarette-unit-'));
	t.teardown(async () => rm(path, {recursive: true, force: true}));
	return path;
}

test('opening creates nothing, and neither does looking around', async t => {
	const parent = await temporaryDirectory(t);
	const storage = await openStorage({kind: 'filesystem', path: join(parent, 'a/b')});
	t.is(storage.location, join(parent, 'a/b'));
	await t.throwsAsync(storage.get('config', neverAborts), {code: 'ObjectNotFound'});
	t.deepEqual(await Array.fromAsync(storage.list('', neverAborts)), []);
	await storage.close();
	t.deepEqual(await readdir(parent), []);

	await storage.put('config', Buffer.from('x'), neverAborts);
	await storage.close();
	t.deepEqual(await readdir(join(parent, 'a/b')), ['config']);
});

test('what is put between the store and its retries sees every attempt, and faults there are healed', async t => {
	let counts: StorageCounts | undefined;
	let pauses = 0;
	const storage = await openStorage(
		{kind: 'filesystem', path: await temporaryDirectory(t)},
		{
			wrap(base) {
				const counted = withCounts(withFaults(base, everyCall(5, failing('after'))));
				counts = counted.counts;
				return counted.storage;
			},
			clock: {now: () => new Date(0), monotonicMs: () => 0, async sleep() { pauses++; }},
		},
	);
	for (let index = 0; index < 10; index++) await storage.put(`locks/${index}`, Buffer.from([index]), neverAborts, {onlyIfAbsent: true});
	t.is((await Array.fromAsync(storage.list('locks/', neverAborts))).length, 10);
	const planned = Object.values(counts ?? {}).reduce((sum, {calls}) => sum + calls, 0) / 5;
	t.is(pauses, Math.floor(planned));
	t.true(pauses >= 2);
	await storage.close();
});

test('who keeps a repository in a directory, or gives keys for a store, does not load the AWS SDK', t => {
	const script = `
		import {registerHooks} from 'node:module';
		registerHooks({load(url, context, next) { if (/@aws-sdk|@smithy/.test(url)) console.log(url); return next(url, context); }});
		const {openStorage} = await import(${JSON.stringify(import.meta.resolve('../../src/storage/open-storage.ts'))});
		await openStorage({kind: 'filesystem', path: '/nowhere'});
		await openStorage({kind: 's3', bucket: 'b'});
		console.log('opened');
		await import(${JSON.stringify(import.meta.resolve('@aws-sdk/credential-provider-node'))});
	`;
	const lines = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {encoding: 'utf8'}).stdout.trim().split('\n');
	t.is(lines[0], 'opened');
	t.true(lines.length > 1, 'the hook does see the SDK');
});
