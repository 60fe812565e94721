import test from 'ava';
import {failureOfAnswer, failureOfCredentials, failureOfTransport, neverSent} from '../../../src/kube/client/failure.ts';
import {kubeToLazaretteError} from '../../../src/kube/kube-error.ts';

const subject = {verb: 'create', target: 'pods shop/db'};
const status = (body: object): string => JSON.stringify({kind: 'Status', ...body});

test('a refusal is told with its fields', t => {
	const error = failureOfAnswer(subject, 422, status({reason: 'Invalid', message: 'Pod "db" is invalid', details: {causes: [{field: 'spec.containers[0].name'}, {field: 'spec.x'}]}}), undefined);
	t.true(error.invalid);
	t.deepEqual(error.fields, ['spec.containers[0].name', 'spec.x']);
	t.is(error.message, 'create pods shop/db: 422 Invalid: Pod "db" is invalid');
	t.is(kubeToLazaretteError(error).retry, 'no');
});

test('the words of the server about a Secret are not repeated, for they may quote it', t => {
	const error = failureOfAnswer({...subject, target: 'secrets shop/key', confidential: true}, 422, status({reason: 'Invalid', message: 'Invalid value: "hunter2"', details: {causes: [{field: 'data[password]'}]}}), undefined);
	t.is(error.message, 'create secrets shop/key: 422 Invalid: data[password]');
	t.false(JSON.stringify(error).includes('hunter2'));
});

test('a long answer is cut, and one of a proxy is left out', t => {
	t.true(failureOfAnswer(subject, 500, status({message: 'x'.repeat(9000)}), undefined).message.length < 600);
	const proxy = failureOfAnswer(subject, 502, '<html>Bad Gateway secret-token</html>', undefined);
	t.is(proxy.message, 'create pods shop/db: 502 BadGateway');
	t.true(proxy.transient);
});

test('what the server asks to wait is heard from header and body', t => {
	t.is(failureOfAnswer(subject, 429, '', '7').retryAfterSeconds, 7);
	t.is(failureOfAnswer(subject, 429, status({details: {retryAfterSeconds: 3}}), undefined).retryAfterSeconds, 3);
	t.is(failureOfAnswer(subject, 429, '', 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterSeconds, undefined);
});

test('a namespace that goes away is told apart from missing rights', t => {
	const going = failureOfAnswer(subject, 403, status({reason: 'Forbidden', message: 'being terminated', details: {causes: [{reason: 'NamespaceTerminating', field: 'metadata.namespace'}]}}), undefined);
	t.true(going.namespaceTerminating);
	const denied = failureOfAnswer(subject, 403, status({reason: 'Forbidden', message: 'cannot create'}), undefined);
	t.false(denied.namespaceTerminating);
	t.is(kubeToLazaretteError(denied).code, 'AccessDenied');
});

test('an existing object, a conflict and a lost connection are different things', t => {
	const exists = failureOfAnswer(subject, 409, status({reason: 'AlreadyExists'}), undefined);
	t.deepEqual([exists.alreadyExists, exists.conflict], [true, false]);
	const conflict = failureOfAnswer(subject, 409, status({reason: 'Conflict'}), undefined);
	t.deepEqual([conflict.alreadyExists, conflict.conflict], [false, true]);

	const refused = failureOfTransport(subject, Object.assign(new Error('connect'), {code: 'ECONNREFUSED'}));
	t.deepEqual([refused.reason, refused.transient, neverSent(refused)], ['Unreachable', true, true]);
	const reset = failureOfTransport(subject, Object.assign(new Error('reset'), {code: 'ECONNRESET'}));
	t.deepEqual([reset.reason, reset.transient, neverSent(reset)], ['Unreachable', true, false]);
	t.is(failureOfTransport(subject, Object.assign(new Error(''), {code: 'UND_ERR_HEADERS_TIMEOUT'})).reason, 'Timeout');
});

test('what a credential plugin printed is never repeated', t => {
	let parseError: unknown;
	try {
		JSON.parse('token-hunter2');
	} catch (error) {
		parseError = error;
	}

	t.false(failureOfCredentials(subject, parseError).message.includes('hunter2'));
	t.regex(failureOfCredentials(subject, new Error('spawn aws ENOENT')).message, /spawn aws ENOENT/);
});
