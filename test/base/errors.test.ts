import test from 'ava';
import {describeError, isLazaretteError, LazaretteError, toLazaretteError} from '../../src/base/errors.ts';

test('an error tells what failed and what to do', t => {
	t.is(describeError(new LazaretteError('WrongPassword', 'no key opens', {hint: 'mend the Secret'})), 'no key opens - mend the Secret');
	t.is(describeError(new LazaretteError('WrongPassword', 'no key opens')), 'no key opens');
});

test('a store that does not answer is tried again later, a wrong password is not', t => {
	t.is(new LazaretteError('StoreUnreachable', 'x').retry, 'later');
	t.is(new LazaretteError('WrongPassword', 'x').retry, 'no');
	t.is(new LazaretteError('WrongPassword', 'x', {retry: 'now'}).retry, 'now');
});

test('whatever is thrown becomes an error with a code, and keeps its cause', t => {
	const known = new LazaretteError('TargetFull', 'full');
	t.is(toLazaretteError(known), known);
	const cause = new TypeError('surprise');
	const unknown = toLazaretteError(cause);
	t.true(isLazaretteError(unknown, 'Unexpected'));
	t.is(unknown.cause, cause);
	t.is(toLazaretteError('text').message, 'text');
	t.true(isLazaretteError(toLazaretteError(new DOMException('stop', 'AbortError')), 'Cancelled'));
});
