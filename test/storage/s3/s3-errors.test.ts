import test from 'ava';
import {describeError} from '../../../src/base/errors.ts';
import {credentialsError, s3Error} from '../../../src/storage/s3/s3-errors.ts';
import type {ErrorCode, RetryAdvice} from '../../../src/base/errors.ts';

const attempt = {what: 'cannot write config in s3://backups', action: 's3:PutObject', location: 's3://backups', bucket: 'backups'};

/** An error as the AWS SDK throws it for a reply. */
const reply = (name: string, status: number, headers: Record<string, string> = {}): Error => Object.assign(new Error('text that decides nothing'), {name, $metadata: {httpStatusCode: status, requestId: 'R1'}, $response: {statusCode: status, headers}});

const system = (code: string, more: object = {}): Error => Object.assign(new Error('text that decides nothing'), {code, ...more});

const cases: Array<[what: string, error: Error, code: ErrorCode, retry: RetryAdvice, hint: RegExp]> = [
	['a missing bucket', reply('NoSuchBucket', 404), 'BucketNotFound', 'no', /create bucket backups/],
	['a missing object', reply('NoSuchKey', 404), 'ObjectNotFound', 'no', /^$/],
	['a refused permission', reply('AccessDenied', 403), 'AccessDenied', 'no', /allow s3:PutObject on bucket backups/],
	['an unknown reason of a refusal', reply('Forbidden', 403), 'AccessDenied', 'no', /allow s3:PutObject/],
	['an unknown access key', reply('InvalidAccessKeyId', 403), 'AccessDenied', 'no', /accessKeyId/],
	['a wrong secret', reply('SignatureDoesNotMatch', 403), 'AccessDenied', 'no', /secretAccessKey/],
	['an expired session', reply('ExpiredToken', 400), 'AccessDenied', 'no', /sessionToken/],
	['a wrong clock, which the SDK corrects for the next request', reply('RequestTimeTooSkewed', 403), 'AccessDenied', 'now', /clocks/],
	['an archived object', reply('InvalidObjectState', 403), 'AccessDenied', 'no', /archive storage class/],
	['too many requests', reply('SlowDown', 503), 'StoreThrottled', 'later', /fewer requests/],
	['a bare 429', reply('Unknown', 429), 'StoreThrottled', 'later', /fewer requests/],
	['two conditional writes at once', reply('ConditionalRequestConflict', 409), 'StoreThrottled', 'now', /fewer requests/],
	['a fault of the store', reply('InternalError', 500), 'StoreUnreachable', 'later', /fault of its own/],
	['a gateway without its server', reply('Unknown', 502), 'StoreUnreachable', 'later', /fault of its own/],
	['a status nobody thought of', reply('Unknown', 599), 'StoreUnreachable', 'later', /fault of its own/],
	['a quota', reply('QuotaExceeded', 403), 'StoreFull', 'no', /raise its quota/],
	['a full store', reply('Unknown', 507), 'StoreFull', 'no', /free space/],
	['content that changed on its way', reply('BadDigest', 400), 'VerificationFailed', 'now', /memory or network/],
	['an object in the way', reply('PreconditionFailed', 412), 'ObjectExists', 'no', /^$/],
	['another region', reply('PermanentRedirect', 301, {'x-amz-bucket-region': 'eu-north-1'}), 'BadRequest', 'no', /set region to eu-north-1/],
	['a signature for another region', reply('AuthorizationHeaderMalformed', 400), 'BadRequest', 'no', /set region to that of bucket backups/],
	['a page that is not S3', reply('SyntaxError', 404), 'BadRequest', 'no', /does not speak S3/],
	['a refused connection', system('ECONNREFUSED'), 'StoreUnreachable', 'later', /check endpoint, DNS/],
	['an unknown host', system('ENOTFOUND'), 'StoreUnreachable', 'later', /host name of endpoint/],
	['a connection that broke', system('ECONNRESET', {reusedSocket: false}), 'StoreUnreachable', 'later', /check endpoint/],
	['a kept connection that the store had closed', system('ECONNRESET', {reusedSocket: true}), 'StoreUnreachable', 'now', /check endpoint/],
	['a timeout', system('ETIMEDOUT', {reusedSocket: true}), 'StoreUnreachable', 'later', /check endpoint/],
	['an unknown authority', system('SELF_SIGNED_CERT_IN_CHAIN'), 'StoreUnreachable', 'no', /caBundle/],
	['an expired certificate', system('CERT_HAS_EXPIRED'), 'StoreUnreachable', 'no', /renew the certificate/],
	['a bug', new TypeError('x is not a function'), 'Unexpected', 'no', /^$/],
];

for (const [what, error, code, retry, hint] of cases) {
	test(`${what} is ${code}, to be tried again: ${retry}`, t => {
		const mapped = s3Error(error, attempt);
		t.is(mapped.code, code);
		t.is(mapped.retry, retry);
		t.regex(mapped.hint ?? '', hint);
		t.true(mapped.message.startsWith('cannot write config in s3://backups: '));
		t.notRegex(describeError(mapped), /text that decides nothing/);
	});
}

test('the pause that a store asks for is kept, in seconds or as a date', t => {
	t.is(s3Error(reply('SlowDown', 503, {'retry-after': '120'}), attempt).context.retryAfterMs, 120_000);
	const ms = s3Error(reply('SlowDown', 503, {'retry-after': new Date(Date.now() + 60_000).toUTCString()}), attempt).context.retryAfterMs;
	t.true(typeof ms === 'number' && ms > 50_000 && ms <= 60_000);
	for (const wrong of ['soon', '-5', new Date(0).toUTCString()]) t.is(s3Error(reply('SlowDown', 503, {'retry-after': wrong}), attempt).context.retryAfterMs, undefined);
});

test('what a reply tells about keys and signatures goes no further, not even as the cause', t => {
	const error = Object.assign(reply('SignatureDoesNotMatch', 403, {authorization: 'AWS4 secret'}), {AWSAccessKeyId: 'AKIA4711', StringToSign: 'AWS4-HMAC-SHA256 …', SignatureProvided: 'abcd'});
	const mapped = s3Error(error, attempt);
	t.notRegex(JSON.stringify([mapped, mapped.message, Object.entries(mapped.cause as object), String(mapped.cause)]), /4711|AWS4|abcd/);
	t.regex(String(mapped.cause), /request R1/);
});

test('a name that a strange server gives to its error is not repeated', t => {
	t.is(s3Error(reply('<script>alert(1)</script>', 418), attempt).message, 'cannot write config in s3://backups: no reason given (HTTP 418)');
});

test('a refusal by an identity provider is told apart from one by the store', t => {
	const refused = credentialsError(reply('AccessDenied', 403), {location: 's3://backups', bucket: 'backups'});
	t.is(refused.message, 'cannot obtain credentials for s3://backups: AccessDenied (HTTP 403)');
	t.regex(refused.hint ?? '', /trust policy/);
	t.is(credentialsError(system('ECONNREFUSED'), {location: 's3://backups', bucket: 'backups'}).code, 'StoreUnreachable');
	t.is(credentialsError(system('ENOENT'), {location: 's3://backups', bucket: 'backups'}).code, 'AccessDenied');
});
