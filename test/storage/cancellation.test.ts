import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {LazaretteError} from '../../src/base/errors.ts';
import {cancellation, eachUntilCancelled, untilCancelled} from '../../src/storage/cancellation.ts';

const forever = async (): Promise<never> => new Promise(() => undefined);

test('the reason of a cancellation is passed on when it is ours, else named by what happened', t => {
	const ours = new LazaretteError('LockLost', 'gone');
	t.is(cancellation(AbortSignal.abort(ours)), ours);
	t.is(cancellation(AbortSignal.abort()).code, 'Cancelled');
	t.is(cancellation(AbortSignal.abort('text')).code, 'Cancelled');
	t.is(cancellation(AbortSignal.abort(new DOMException('late', 'TimeoutError'))).code, 'DeadlineExceeded');
});

test('a wait that cannot be interrupted is left when its signal aborts', async t => {
	const controller = new AbortController();
	const waiting = untilCancelled(forever, controller.signal);
	controller.abort();
	await t.throwsAsync(waiting, {code: 'Cancelled'});
	let begun = false;
	await t.throwsAsync(untilCancelled(async () => (begun = true), controller.signal), {code: 'Cancelled'});
	t.false(begun);
	t.is(await untilCancelled(async () => 'done', neverAborts), 'done');
});

test('a listing that hangs is left when its signal aborts, and one that is left early is closed', async t => {
	const controller = new AbortController();
	async function* hanging(): AsyncGenerator<number> {
		yield 1;
		await forever();
	}

	const seen: number[] = [];
	const reading = (async () => {
		for await (const value of eachUntilCancelled(hanging(), controller.signal)) {
			seen.push(value);
			setImmediate(() => controller.abort());
		}
	})();
	await t.throwsAsync(reading, {code: 'Cancelled'});
	t.deepEqual(seen, [1]);

	let closed = false;
	async function* closing(): AsyncGenerator<number> {
		try {
			yield 1;
			yield 2;
		} finally {
			closed = true;
		}
	}

	for await (const value of eachUntilCancelled(closing(), neverAborts)) if (value === 1) break;
	t.true(closed);
});
