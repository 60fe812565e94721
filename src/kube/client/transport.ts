import type {Dispatcher} from 'undici';
import {neverAborts, withDeadline} from '../../base/abort.ts';
import type {Clock} from '../../base/clock.ts';
import type {Random} from '../../base/random.ts';
import {isKubeError, KubeError} from '../kube-error.ts';
import type {KubeMetrics} from '../metrics.ts';
import type {Connection} from './connection.ts';
import {failureOfAnswer, failureOfCredentials, failureOfTransport} from './failure.ts';
import type {Subject} from './failure.ts';
import {withRetries} from './retry.ts';
import type {Repeatable} from './retry.ts';

export type Transport = {
	/** The parsed body of a 2xx answer. */
	json<T>(call: Call): Promise<T>;
	/** The body of a 2xx answer as text. */
	text(call: Call): Promise<string>;
	/** The body of a 2xx answer as it arrives; not repeated, no time limit once it began. */
	stream(call: Call): Promise<AsyncIterable<Buffer>>;
};

export type Call = {
	subject: Subject;
	method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	path: string;
	query?: Record<string, string | number | boolean | undefined>;
	body?: unknown;
	contentType?: string;
	accept?: string;
	repeatable: Repeatable;
	signal: AbortSignal;
};

/** For one attempt, connecting included; the API server itself gives up on a request after 60 s. */
const attemptMs = 30_000;
const longestErrorBody = 64 * 1024;

export function createTransport(options: {connection: Connection; userAgent: string; metrics: KubeMetrics; clock: Clock; random: Random}): Transport {
	const {connection, metrics, clock, random} = options;
	const host = connection.server.host;

	/** One attempt: the answer once its headers are in and say success. */
	async function send(call: Call, kind: 'requests' | 'streams', signal: AbortSignal): Promise<Dispatcher.ResponseData> {
		let code = '<error>';
		try {
			const {dispatcher, headers} = await openConnection(call, kind);
			const answer = await dispatcher.request({
				origin: connection.server.origin,
				path: pathOf(connection.server, call),
				method: call.method,
				headers: {
					...headers,
					accept: call.accept ?? 'application/json',
					'user-agent': options.userAgent,
					...(call.body === undefined ? {} : {'content-type': call.contentType ?? 'application/json'}),
				},
				body: call.body === undefined ? null : JSON.stringify(call.body),
				signal,
				headersTimeout: attemptMs,
				bodyTimeout: kind === 'streams' ? 0 : attemptMs,
			});
			code = String(answer.statusCode);
			if (answer.statusCode < 300) return answer;
			if (answer.statusCode === 401) connection.invalidate();
			throw failureOfAnswer(call.subject, answer.statusCode, await startOf(answer.body), answer.headers['retry-after']);
		} finally {
			metrics.requests.inc({code, method: call.method, host});
		}
	}

	async function openConnection(call: Call, kind: 'requests' | 'streams'): ReturnType<Connection['open']> {
		try {
			return await connection.open(kind);
		} catch (error) {
			throw isKubeError(error) ? error : failureOfCredentials(call.subject, error);
		}
	}

	/** Sends and reads the whole answer, and again where that is safe. */
	function exchange(call: Call): Promise<string> {
		return withRetries(
			async () => {
				call.signal.throwIfAborted();
				using deadline = withDeadline(call.signal, attemptMs, `${call.subject.verb} ${call.subject.target}`);
				const startedMs = clock.monotonicMs();
				try {
					const answer = await send(call, 'requests', deadline.signal);
					return await answer.body.text();
				} catch (error) {
					throw explain(call, error, deadline.signal);
				} finally {
					metrics.requestSeconds.observe({verb: call.method, host}, (clock.monotonicMs() - startedMs) / 1000);
				}
			},
			call.repeatable,
			{clock, random, signal: call.signal},
		);
	}

	return {
		text: exchange,
		async json<T>(call: Call) {
			const text = await exchange(call);
			try {
				return JSON.parse(text) as T;
			} catch {
				throw new KubeError(`${call.subject.verb} ${call.subject.target}: the answer of ${text.length} characters is not JSON`, {status: 0, reason: 'BadAnswer'});
			}
		},
		async stream(call) {
			call.signal.throwIfAborted();
			try {
				const answer = await send(call, 'streams', call.signal);
				return readStream(call, answer.body);
			} catch (error) {
				throw explain(call, error, neverAborts);
			}
		},
	};
}

/** The error to throw for whatever a call ended with: the caller's own reason when it aborted, else a KubeError. */
function explain(call: Call, error: unknown, deadline: AbortSignal): unknown {
	if (call.signal.aborted) return call.signal.reason;
	if (isKubeError(error)) return error;
	if (deadline.aborted) return new KubeError(`${call.subject.verb} ${call.subject.target}: no answer in ${attemptMs / 1000} s`, {status: 0, reason: 'Timeout'});
	return failureOfTransport(call.subject, error);
}

async function* readStream(call: Call, body: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
	try {
		yield* body;
	} catch (error) {
		throw explain(call, error, neverAborts);
	}
}

function pathOf(server: URL, call: Call): string {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(call.query ?? {})) {
		if (value !== undefined) query.set(name, String(value));
	}

	const prefix = server.pathname.replace(/\/$/, '');
	return query.size > 0 ? `${prefix}${call.path}?${query.toString()}` : `${prefix}${call.path}`;
}

/** Enough of an error's body to understand it; the rest is not read. */
async function startOf(body: AsyncIterable<Buffer>): Promise<string> {
	const parts: Buffer[] = [];
	let length = 0;
	for await (const part of body) {
		parts.push(part);
		length += part.length;
		if (length >= longestErrorBody) break;
	}

	return Buffer.concat(parts).toString('utf8');
}
