import {LazaretteError} from '../../base/errors.ts';
import type {ErrorCode, RetryAdvice} from '../../base/errors.ts';

export type S3Place = {
	/** `s3://bucket/prefix at https://host` */
	location: string;
	bucket: string;
};

/** What was tried, for the message and for hints that name the permission or the field. */
export type S3Attempt = S3Place & {
	/** Begins the message, e.g. `cannot write config in s3://…`. */
	what: string;
	/** The action that must be allowed, e.g. `s3:PutObject`. */
	action: string;
};

type Meaning = {code: ErrorCode; retry?: RetryAdvice; hint?: string | ((attempt: S3Attempt, reply: Reply) => string)};
type Reply = {status: number | undefined; headers: Record<string, string>};

const throttled: Meaning = {code: 'StoreThrottled', hint: 'the store asks for fewer requests; the operation is tried again more slowly'};
const disturbed: Meaning = {code: 'StoreUnreachable', hint: 'the store has a fault of its own; the operation is tried again'};
const noAnswer: Meaning = {code: 'StoreUnreachable', hint: 'check endpoint, DNS, network policies and firewalls; the operation is tried again'};
const full: Meaning = {code: 'StoreFull', hint: ({bucket}) => `free space in bucket ${bucket} or raise its quota`};
const wrongKeyId: Meaning = {code: 'AccessDenied', hint: 'the store does not know this accessKeyId; correct it in the credentials Secret'};
const wrongToken: Meaning = {code: 'AccessDenied', hint: 'the sessionToken is wrong or has expired; renew the credentials'};
const wrongClock: Meaning = {code: 'AccessDenied', retry: 'now', hint: 'the clocks of this machine and of the store differ too much; set them right'};
const refused: Meaning = {code: 'AccessDenied', hint: ({action, bucket}) => `allow ${action} on bucket ${bucket} for this identity, also s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket if any of them is missing`};
const damagedOnTheWay: Meaning = {code: 'VerificationFailed', retry: 'now', hint: 'what arrived differs from what was sent; the memory or network of this machine may be faulty'};
const elsewhere: Meaning = {code: 'BadRequest', hint: ({bucket}, {headers}) => `set region${headers['x-amz-bucket-region'] ? ` to ${headers['x-amz-bucket-region']}` : ` to that of bucket ${bucket}`}, and endpoint accordingly`};
const notS3: Meaning = {code: 'BadRequest', hint: 'what answers at endpoint does not speak S3 there; correct endpoint or addressing'};
const untrusted: Meaning = {code: 'StoreUnreachable', retry: 'no', hint: 'the certificate of the endpoint is not signed by an authority known here; put the PEM certificate of its authority into caBundle'};
const lapsed: Meaning = {code: 'StoreUnreachable', retry: 'no', hint: 'renew the certificate of the endpoint, or set the clock of this machine right'};

/** By the error code of an S3 or STS reply. */
const byReplyCode: Record<string, Meaning> = {
	NoSuchBucket: {code: 'BucketNotFound', hint: ({bucket}) => `create bucket ${bucket}, or correct bucket, endpoint or addressing`},
	NoSuchKey: {code: 'ObjectNotFound'},
	NotFound: {code: 'ObjectNotFound'},
	PreconditionFailed: {code: 'ObjectExists'},
	InvalidRange: {code: 'RepositoryDamaged'},

	AccessDenied: refused,
	AllAccessDisabled: refused,
	AccountProblem: {code: 'AccessDenied', hint: 'the account has a problem; ask the provider of the store'},
	InvalidAccessKeyId: wrongKeyId,
	InvalidClientTokenId: wrongKeyId,
	SignatureDoesNotMatch: {code: 'AccessDenied', hint: 'the secretAccessKey does not belong to the accessKeyId, or a proxy changes requests; correct it in the credentials Secret'},
	ExpiredToken: wrongToken,
	InvalidToken: wrongToken,
	TokenRefreshRequired: wrongToken,
	CredentialsProviderError: {code: 'AccessDenied', hint: 'no credentials were found; give accessKeyId and secretAccessKey, or let the ServiceAccount have a workload identity'},
	RequestTimeTooSkewed: wrongClock,
	RequestExpired: wrongClock,
	InvalidObjectState: {code: 'AccessDenied', hint: 'the object is in an archive storage class; restore it to a readable class first, and keep lifecycle rules away from the repository'},

	SlowDown: throttled,
	ServiceUnavailable: throttled,
	Throttling: throttled,
	ThrottlingException: throttled,
	TooManyRequests: throttled,
	RequestLimitExceeded: throttled,
	OperationAborted: {...throttled, retry: 'now'},
	ConditionalRequestConflict: {...throttled, retry: 'now'},
	InternalError: disturbed,
	RequestTimeout: disturbed,
	IncompleteBody: disturbed,

	QuotaExceeded: full,
	XMinioStorageFull: full,
	XMinioAdminBucketQuotaExceeded: full,

	BadDigest: damagedOnTheWay,
	InvalidDigest: damagedOnTheWay,
	XAmzContentSHA256Mismatch: damagedOnTheWay,

	PermanentRedirect: elsewhere,
	TemporaryRedirect: elsewhere,
	AuthorizationHeaderMalformed: elsewhere,
	InvalidBucketName: {code: 'BadRequest', hint: ({bucket}) => `the store does not allow the bucket name ${bucket}; correct bucket`},
	EntityTooLarge: {code: 'BadRequest', hint: 'the store does not take objects of this size; choose a smaller pack size'},
};

/** By the code of a system call, of TLS or of the HTTP parser. */
const bySystemCode: Record<string, Meaning> = {
	ENOTFOUND: {code: 'StoreUnreachable', hint: 'the host name of endpoint is unknown here; check it, and addressing VirtualHost where the bucket is part of the name'},
	EPROTO: {code: 'StoreUnreachable', retry: 'no', hint: 'the endpoint does not speak TLS on this port; correct the port, or write http:// if that is meant'},
	DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
	SELF_SIGNED_CERT_IN_CHAIN: untrusted,
	UNABLE_TO_GET_ISSUER_CERT: untrusted,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
	CERT_UNTRUSTED: untrusted,
	CERT_SIGNATURE_FAILURE: untrusted,
	CERT_HAS_EXPIRED: lapsed,
	CERT_NOT_YET_VALID: lapsed,
	ERR_TLS_CERT_ALTNAME_INVALID: {code: 'StoreUnreachable', retry: 'no', hint: 'the certificate of the endpoint is for other host names; use one of those in endpoint, or addressing Path'},
};

const unreadableToken: Meaning = {code: 'AccessDenied', hint: 'a file that the environment names for credentials cannot be read; correct AWS_WEB_IDENTITY_TOKEN_FILE or its like'};
const untrustedRole: Meaning = {code: 'AccessDenied', hint: `let the trust policy of role ${process.env.AWS_ROLE_ARN ?? '(AWS_ROLE_ARN)'} name this ServiceAccount, its issuer and audience`};

/** What differs when the failure is one of obtaining credentials. */
const ofCredentials: Record<string, Meaning> = {
	AccessDenied: untrustedRole,
	InvalidIdentityToken: untrustedRole,
	IDPRejectedClaim: untrustedRole,
	ExpiredTokenException: {code: 'AccessDenied', retry: 'later', hint: 'the ServiceAccount token has expired; the kubelet renews it'},
	IDPCommunicationError: disturbed,
	ENOENT: unreadableToken,
	EACCES: unreadableToken,
};

const byStatus: Record<number, Meaning> = {
	301: elsewhere,
	307: elsewhere,
	401: refused,
	403: refused,
	404: notS3,
	405: notS3,
	408: disturbed,
	409: {...throttled, retry: 'now'},
	412: {code: 'ObjectExists'},
	413: {code: 'BadRequest', hint: 'the store, or a proxy before it, does not take objects of this size'},
	416: {code: 'RepositoryDamaged'},
	429: throttled,
	500: disturbed,
	502: disturbed,
	503: throttled,
	504: disturbed,
	507: full,
};

/** Anything thrown by the client, the transport or the AWS SDK's credential providers, as one of ours. This file alone decides what a store's answer means. */
export function s3Error(error: unknown, attempt: S3Attempt): LazaretteError {
	if (error instanceof LazaretteError) return error;
	const facts = factsOf(error);
	return explain(error, facts, meaningOf(facts), attempt);
}

/** The same for whoever hands out credentials: an instance's metadata, a token service, a file. */
export function credentialsError(error: unknown, place: S3Place): LazaretteError {
	if (error instanceof LazaretteError) return error;
	const facts = factsOf(error);
	const meaning = own(ofCredentials, facts.replyCode) ?? own(ofCredentials, facts.systemCode) ?? meaningOf(facts);
	return explain(error, facts, meaning, {...place, what: `cannot obtain credentials for ${place.location}`, action: 'sts:AssumeRoleWithWebIdentity'});
}

function explain(error: unknown, facts: Facts, meaning: Meaning, attempt: S3Attempt): LazaretteError {
	const hint = typeof meaning.hint === 'function' ? meaning.hint(attempt, facts) : meaning.hint;
	const retry = facts.wasKeptOpen ? 'now' : meaning.retry;
	const retryAfterMs = retryAfterOf(facts.headers['retry-after']);
	return new LazaretteError(meaning.code, `${attempt.what}: ${describe(facts)}`, {
		cause: withoutSecrets(error, facts),
		context: {...(facts.status === undefined ? {} : {status: facts.status}), ...(retryAfterMs === undefined ? {} : {retryAfterMs})},
		...(hint === undefined ? {} : {hint}),
		...(retry === undefined ? {} : {retry}),
	});
}

type Facts = Reply & {
	replyCode: string | undefined;
	systemCode: string | undefined;
	/** The store had closed a connection between two requests and we learned of it by using it. */
	wasKeptOpen: boolean;
};

function factsOf(error: unknown): Facts {
	const {name, code, reusedSocket, $metadata, $response} = (typeof error === 'object' && error !== null ? error : {}) as SdkError;
	const status = $response?.statusCode ?? $metadata?.httpStatusCode;
	return {
		status,
		headers: $response?.headers ?? {},
		replyCode: typeof name === 'string' && /^\w{1,64}$/.test(name) && name !== 'Error' ? name : undefined,
		systemCode: typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : undefined,
		wasKeptOpen: reusedSocket === true && (code === 'ECONNRESET' || code === 'EPIPE'),
	};
}

type SdkError = {
	name?: unknown;
	code?: unknown;
	reusedSocket?: unknown;
	$metadata?: {httpStatusCode?: number; requestId?: string};
	$response?: {statusCode?: number; headers?: Record<string, string>};
};

function meaningOf({replyCode, systemCode, status}: Facts): Meaning {
	const known = own(byReplyCode, replyCode) ?? own(bySystemCode, systemCode) ?? own(byStatus, status);
	if (known) return known;
	if (systemCode !== undefined && status === undefined) return noAnswer;
	if (status !== undefined && status >= 500) return disturbed;
	return {code: 'Unexpected'};
}

const own = <T>(table: Record<string | number, T>, key: string | number | undefined): T | undefined => (key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined);

function describe({replyCode, systemCode, status}: Facts): string {
	const code = systemCode ?? replyCode ?? 'no reason given';
	return status === undefined ? code : `${code} (HTTP ${status})`;
}

/** Seconds or a date, as HTTP has it. */
function retryAfterOf(value: string | undefined): number | undefined {
	if (value === undefined) return undefined;
	const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
	return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

/** The SDK's errors carry the whole reply, for a bad signature even the string to sign; whoever logs a cause must not find that there. */
function withoutSecrets(error: unknown, {status}: Facts): unknown {
	if (status === undefined) return error;
	const {$metadata} = error as SdkError;
	return new Error(`request ${$metadata?.requestId ?? 'without an id'} was answered with HTTP ${status}`);
}
