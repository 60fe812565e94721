import test from 'ava';
import {mayRepeat, pauseMs, withRetries} from '../../../src/kube/client/retry.ts';
import {KubeError} from '../../../src/kube/kube-error.ts';
import {neverAborts} from '../../../src/base/abort.ts';
import {manualClock} from '../_manual-clock.ts';
import {fixedRandom} from '../_tools.ts';

const failure = (status: number, rest: {reason?: string; retryAfterSeconds?: number; cause?: unknown} = {}): KubeError => new KubeError('x', {reason: 'X', ...rest, status});
const refused = failure(0, {reason: 'Unreachable', cause: {code: 'ECONNREFUSED'}});
const reset = failure(0, {reason: 'Unreachable', cause: {code: 'ECONNRESET'}});

test('a create is sent again only when the server surely did not act on it', t => {
	const table: Array<[KubeError, boolean, boolean]> = [
		[failure(429), true, true],
		[refused, true, true],
		[reset, true, false],
		[failure(500), true, false],
		[failure(503), true, false],
		[failure(504), true, false],
		[failure(409), false, false],
		[failure(404), false, false],
		[failure(403), false, false],
	];
	for (const [error, repeatable, create] of table) {
		t.is(mayRepeat(error, 'always'), repeatable, `${error.status} ${error.reason}`);
		t.is(mayRepeat(error, 'unsent'), create, `create: ${error.status} ${error.reason}`);
	}
});

test('the wait that the server asks for is kept, spread over its callers, and capped', t => {
	t.is(pauseMs(failure(429, {retryAfterSeconds: 4}), 1, fixedRandom(0)), 4000);
	t.is(pauseMs(failure(429, {retryAfterSeconds: 4}), 1, fixedRandom(0.99)), 4990);
	t.is(pauseMs(failure(429, {retryAfterSeconds: 3600}), 1, fixedRandom(0)), 30_000);
});

test('a call is tried five times with growing pauses and then fails with the last error', async t => {
	const clock = manualClock();
	let calls = 0;
	const run = withRetries(async () => Promise.reject(failure(500 + calls++)), 'always', {clock, random: fixedRandom(1), signal: neverAborts});
	const outcome = t.throwsAsync(run);
	await clock.advance(249);
	t.is(calls, 1);
	await clock.advance(1);
	t.is(calls, 2);
	await clock.advance(60_000);
	t.is(((await outcome) as KubeError).status, 504);
	t.is(calls, 5);
});

test('a pause ends when the caller gives up', async t => {
	const clock = manualClock();
	const caller = new AbortController();
	const run = withRetries(async () => Promise.reject(failure(503)), 'always', {clock, random: fixedRandom(), signal: caller.signal});
	const outcome = t.throwsAsync(run, {message: 'enough'});
	await clock.advance(1);
	caller.abort(new Error('enough'));
	await outcome;
	t.is(clock.sleepers, 0);
});
