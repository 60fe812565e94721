import {chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {runMeasured} from '../../bench/measure/run-measured.ts';
import {readImageStart} from '../../bench/peers/image-start.ts';
import {readResults} from '../../bench/results.ts';
import {differences} from '../../bench/rounds/differences.ts';
import {seeded} from '../../bench/sets/seeded.ts';
import {imageEnvironment} from '../../src/api/process-memory.ts';
import {readAccessLog} from '../../bench/stores/access-log.ts';
import {openFileStore} from '../../bench/stores/file-store.ts';
import type {ExecutionContext} from 'ava';

const {signal} = new AbortController();

function scratch(t: ExecutionContext): string {
	const directory = mkdtempSync(join(tmpdir(), 'lazarette-bench-test-'));
	t.teardown(() => rmSync(directory, {recursive: true, force: true}));
	return directory;
}

test('the same seed gives the same data, another seed other data', t => {
	const [first, same, other] = [seeded('a'), seeded('a'), seeded('b')];
	const draw = ({bytes, below, unit, normal}: typeof first) => [bytes(40).toString('hex'), below(1000), unit(), normal()];
	const drawn = draw(first);
	t.deepEqual(draw(same), drawn);
	t.notDeepEqual(draw(other), drawn);
});

test('a command is measured with its descendants', async t => {
	const allocate = 'const block = Buffer.alloc(80 * 1024 * 1024, 1); const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end) block[0]++;';
	const nested = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(allocate)}])`;
	const {wallSeconds, cpuSeconds, peakBytes} = await runMeasured({program: process.execPath, args: ['-e', nested], env: {}}, signal);
	t.true(cpuSeconds >= 0.3, `${cpuSeconds} s of CPU`);
	t.true(wallSeconds > 0);
	t.true(peakBytes > 100 * 1024 ** 2, `${peakBytes} bytes`);
});

test('a command that fails ends the run with what it said', async t => {
	await t.throwsAsync(runMeasured({program: process.execPath, args: ['-e', 'console.error("no repository"); process.exit(3)'], env: {}}, signal), {message: /ended with 3: no repository/});
	await t.throwsAsync(runMeasured({program: '/bin/false', args: [], env: {}}, signal), {message: /ended with 1/});
});

test('our command line is measured with the flags and the environment of the image', t => {
	const {args, env} = readImageStart(readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8'), '/opt/build');
	t.is(args.at(-1), '/opt/build/lazarette.js');
	t.true(args.slice(0, -1).every(argument => argument.startsWith('--')));
	t.deepEqual(env, {NODE_ENV: 'production', ...imageEnvironment});
	t.throws(() => readImageStart('FROM scratch\nENTRYPOINT ["sh"]\n', '/opt/build'), {message: /has no ENTRYPOINT/});
});

test('what a repository takes in a directory is the sum of its files, and it begins empty each time', async t => {
	await using store = openFileStore(join(scratch(t), 'repositories'));
	const location = await store.empty('ours');
	t.is(location.kind, 'file');
	const path = location.kind === 'file' ? location.path : '';
	mkdirSync(join(path, 'data'), {recursive: true});
	writeFileSync(join(path, 'config'), 'x'.repeat(100));
	writeFileSync(join(path, 'data/pack'), 'x'.repeat(23));
	t.is(await store.storedBytes(location), 123);
	t.is(await store.traffic(), undefined);
	await store.empty('ours');
	t.false(existsSync(path));
});

test('requests to the object store are counted from its log, whatever became of them', t => {
	const line = (operation: string, status: number) => `owner bench [22/November/2026:07:41:27 +0000] 127.0.0.1 owner J1C1ISDD8XS8MQJU ${operation} p/config /bench/p/config ${status} - 0 439 0 0 - agent - id=\n`;
	const log = `log starts 2026-11-22 07:41:26\n${line('s3_PutObject', 200)}${line('s3_HeadObject', 404)}${line('s3_PutObject', 200)}`;
	t.deepEqual(readAccessLog(log), {requests: 3, byOperation: {s3_PutObject: 2, s3_HeadObject: 1}});
});

test('a restored tree that differs in anything is told from its source', async t => {
	const home = scratch(t);
	const [left, right] = [join(home, 'left'), join(home, 'right')];
	mkdirSync(join(left, 'inner'), {recursive: true});
	for (const name of ['same', 'content', 'size', 'mode', 'time', 'gone', 'inner/deep']) writeFileSync(join(left, name), `text of ${name}`);
	symlinkSync('same', join(left, 'link'));
	cpSync(left, right, {recursive: true, preserveTimestamps: true, verbatimSymlinks: true});
	for (const tree of [left, right]) for (const name of ['same', 'content', 'size', 'mode', 'time', 'gone', 'inner/deep', 'inner', '.']) utimesSync(join(tree, name), 1, 1);
	t.deepEqual(await found(), [], 'equal trees');

	writeFileSync(join(right, 'content'), 'TEXT of content');
	utimesSync(join(right, 'content'), 1, 1);
	writeFileSync(join(right, 'size'), 'longer than it was');
	utimesSync(join(right, 'size'), 1, 1);
	chmodSync(join(right, 'mode'), 0o600);
	utimesSync(join(right, 'time'), 2, 2);
	unlinkSync(join(right, 'gone'));
	unlinkSync(join(right, 'link'));
	symlinkSync('other', join(right, 'link'));
	writeFileSync(join(right, 'inner/added'), '');
	utimesSync(join(right, 'inner'), 1, 1);
	t.deepEqual([...new Set(await found())].toSorted(), ['content', 'gone', 'inner/added', 'link', 'mode', 'size', 'time']);

	// The times of links differ by when they were made.
	async function found(): Promise<string[]> {
		const all = await Array.fromAsync(differences(left, right, signal));
		return all.filter(line => !line.startsWith('link: time')).map(line => line.slice(0, line.indexOf(':')));
	}
});

test('of results in several files the last of a set on a store counts', t => {
	const home = scratch(t);
	const write = (name: string, samples: object[]): string => {
		const path = join(home, name);
		writeFileSync(path, [{facts: {date: name}}, ...samples.map(sample => ({sample}))].map(line => `${JSON.stringify(line)}\n`).join(''));
		return path;
	};
	const {facts, samples} = readResults([
		write('first', [{set: 'text', store: 'file', round: 1}, {set: 'tree', store: 'file', round: 1}]),
		write('second', [{set: 'text', store: 'file', round: 9}]),
	]);
	t.deepEqual(facts.map(({date}) => date), ['first', 'second']);
	t.deepEqual(samples.map(({set, round}) => [set, round]), [['text', 9], ['tree', 1]]);
});
