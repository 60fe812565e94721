import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import test from 'ava';
import type {ExecutionContext} from 'ava';
import {watchSilence} from '../../scripts/suite/silence-watch.ts';

/** A runner that says when its child ended, and goes on. Its children end with the test, or they would keep the test's process waiting. */
function startRunner(t: ExecutionContext) {
	const child = spawn('sh', ['-c', 'sleep 60; echo "ended with $?"; exec sleep 60'], {stdio: ['ignore', 'pipe', 'ignore'], detached: true});
	t.teardown(() => process.kill(-child.pid!, 'SIGKILL'));
	return child;
}

test('what a silent runner waits for is ended, and the runner goes on', async t => {
	const child = startRunner(t);
	const said: string[] = [];
	using _watch = watchSilence(child.pid!, 300, line => said.push(line));
	const [line] = (await once(createInterface({input: child.stdout}), 'line')) as string[];
	t.is(line, 'ended with 137');
	t.is(child.exitCode, null);
	t.regex(said[0]!, /no test has ended for 0 s/);
});

test('while it is heard nothing is ended', async t => {
	const child = startRunner(t);
	const said: string[] = [];
	using watch = watchSilence(child.pid!, 5000, line => said.push(line));
	for (let turn = 0; turn < 10; turn++) {
		await sleep(20);
		watch.heard();
	}
	t.deepEqual(said, []);
});
