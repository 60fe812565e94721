import test from 'ava';
import {withClosing} from '../../src/base/with-closing.ts';

const fails = (message: string) => async (): Promise<never> => {
	throw new Error(message);
};

test('what was done stays done when only closing fails, and somebody hears of it', async t => {
	const heard: string[] = [];
	t.is(await withClosing(async () => 'done', fails('closing'), error => heard.push(error.message)), 'done');
	t.deepEqual(heard, ['closing']);
});

test('when both fail, the first failure is the one to tell', async t => {
	const heard: unknown[] = [];
	await t.throwsAsync(withClosing(fails('work'), fails('closing'), error => heard.push(error)), {message: 'work'});
	t.deepEqual(heard, []);
});

test('it is closed after success and after failure', async t => {
	let closed = 0;
	const close = async (): Promise<void> => void closed++;
	await withClosing(async () => undefined, close, error => t.fail(error.message));
	await t.throwsAsync(withClosing(fails('work'), close, error => t.fail(error.message)), {message: 'work'});
	t.is(closed, 2);
});
