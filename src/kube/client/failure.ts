import {KubeError} from '../kube-error.ts';

/** What a failing call was about, for its message. */
export type Subject = {
	/** `apply`, `list`, … */
	verb: string;
	/** `jobs.batch default/x`, or a path. */
	target: string;
	/** The server's words may quote values of the object: keep them out. */
	confidential?: boolean;
};

const longestMessage = 512;
const mostFields = 10;

/** The error for an answer that is not 2xx; `body` should be a `Status`, but proxies send anything. */
export function failureOfAnswer(subject: Subject, status: number, body: string, retryAfter: string | string[] | undefined): KubeError {
	return failureOfStatus(subject, parseStatus(body), {status, retryAfter});
}

/** The error for a `Status` object: the body of a failed call, or the object of a watch's ERROR event. */
export function failureOfStatus(subject: Subject, answer: unknown, http: {status?: number; retryAfter?: string | string[] | undefined} = {}): KubeError {
	const {code, reason, message, details} = (answer ?? {}) as Partial<StatusBody>;
	const status = http.status ?? (typeof code === 'number' ? code : 500);
	const causes = Array.isArray(details?.causes) ? details.causes.slice(0, mostFields) : [];
	const fields = causes.map(cause => cause.field).filter(field => typeof field === 'string');
	const namespaceTerminating = causes.some(cause => cause.reason === 'NamespaceTerminating');
	const label = namespaceTerminating ? 'NamespaceTerminating' : typeof reason === 'string' && reason ? reason : defaultReason(status);
	const said = subject.confidential ? fields.join(', ') : typeof message === 'string' ? bounded(message) : '';

	return new KubeError(`${subject.verb} ${subject.target}: ${status} ${label}${said ? `: ${said}` : ''}`, {
		status,
		reason: label,
		fields,
		retryAfterSeconds: retryAfterSeconds(http.retryAfter, details?.retryAfterSeconds),
	});
}

/** The error for a call without an answer. Only the system's error code is told: the text may hold addresses with credentials. */
export function failureOfTransport(subject: Subject, error: unknown): KubeError {
	const code = codeOf(error);
	const timeout = code.includes('TIMEOUT') || code === 'ETIMEDOUT';
	return new KubeError(`${subject.verb} ${subject.target}: ${timeout ? 'no answer in time' : 'no connection to the API server'}${code ? ` (${code})` : ''}`, {
		status: 0,
		reason: timeout ? 'Timeout' : 'Unreachable',
		cause: error,
	});
}

/** The error when a token, certificate or exec plugin failed. A JSON parser's message would quote the plugin's output, the token. */
export function failureOfCredentials(subject: Subject, error: unknown): KubeError {
	const why = error instanceof SyntaxError ? 'the exec plugin did not print an ExecCredential' : error instanceof Error ? bounded(error.message) : 'unknown cause';
	return new KubeError(`${subject.verb} ${subject.target}: no credentials could be had: ${why}`, {status: 0, reason: 'Credentials'});
}

/** Whether the request surely never reached the server, so that even a create may be sent again. */
export const neverSent = (error: KubeError): boolean =>
	error.status === 0 && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(codeOf(error.cause));

type StatusBody = {
	code: number;
	reason: string;
	message: string;
	details: {causes?: Array<{field?: string; reason?: string}>; retryAfterSeconds?: number};
};

function parseStatus(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}

const codeOf = (error: unknown): string => {
	const code = (error as {code?: unknown} | undefined)?.code;
	return typeof code === 'string' ? code : '';
};

const bounded = (text: string): string => {
	const line = text.replaceAll(/\s+/g, ' ').trim();
	return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
};

function retryAfterSeconds(header: string | string[] | undefined, inBody: unknown): number | undefined {
	const fromHeader = Number(Array.isArray(header) ? header[0] : header);
	if (Number.isFinite(fromHeader) && fromHeader > 0) return fromHeader;
	return typeof inBody === 'number' && inBody > 0 ? inBody : undefined;
}

const reasons: Record<number, string> = {
	400: 'BadRequest',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'NotFound',
	409: 'Conflict',
	410: 'Expired',
	413: 'RequestEntityTooLarge',
	422: 'Invalid',
	429: 'TooManyRequests',
	500: 'InternalError',
	502: 'BadGateway',
	503: 'ServiceUnavailable',
	504: 'Timeout',
};

const defaultReason = (status: number): string => reasons[status] ?? 'Unknown';
