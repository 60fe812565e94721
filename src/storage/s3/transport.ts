import {Agent as HttpAgent, request as httpRequest} from 'node:http';
import {Agent as HttpsAgent, request as httpsRequest} from 'node:https';
import {sendBody} from './send-body.ts';
import type {ClientRequest, IncomingMessage} from 'node:http';
import type {NodeHttpHandler} from '@smithy/node-http-handler';

export type TransportOptions = {
	/** PEM; trusted instead of the default authorities. */
	caBundle?: string;
	timeouts: TransportTimeouts;
	/** Connections open at once; further requests wait for one. */
	maxConnections: number;
};

export type TransportTimeouts = {
	/** From the beginning of a connection until TLS is up. */
	connectMs: number;
	/** Without a byte in either direction. */
	idleMs: number;
};

/** What the AWS SDK sends its requests with. */
export type Transport = Pick<NodeHttpHandler, 'handle' | 'destroy' | 'metadata' | 'updateHttpClientConfig' | 'httpHandlerConfigs'>;

/**
HTTP(S) with kept-open connections for the AWS SDK, in place of its own handler: that one lets a request wait for ever when the body's source fails, asks
for a new connection for every upload above 2 MiB (`Expect: 100-continue`), and takes bodies only as streams or whole buffers, which costs the
memory that upload-body.ts saves.
*/
export function createTransport({caBundle, timeouts, maxConnections}: TransportOptions): Transport {
	const shared = {keepAlive: true, maxSockets: maxConnections, proxyEnv: proxyEnvironment(process.env)};
	const http = new HttpAgent(shared);
	const https = new HttpsAgent({...shared, ...(caBundle === undefined ? {} : {ca: caBundle})});

	return {
		metadata: {handlerProtocol: 'http/1.1'},
		async handle(request, options) {
			const secure = request.protocol === 'https:';
			const outgoing = (secure ? httpsRequest : httpRequest)({
				host: request.hostname.replace(/^\[|\]$/g, ''),
				port: request.port,
				method: request.method,
				path: pathWithQuery(request.path, request.query),
				headers: request.headers,
				agent: secure ? https : http,
				// Bounds only what has no socket yet: Node's wait for a tunnel through a proxy. From then on `exchange` sets the time.
				timeout: timeouts.connectMs,
			});
			const incoming = await exchange(outgoing, request.body, timeouts, options?.abortSignal as AbortSignal | undefined);
			return {response: {statusCode: incoming.statusCode ?? 0, headers: singleValues(incoming), body: incoming}};
		},
		destroy() {
			http.destroy();
			https.destroy();
		},
		updateHttpClientConfig: () => undefined,
		httpHandlerConfigs: () => ({}),
	};
}

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY as everywhere, except that this machine itself is never reached by way of a proxy. */
function proxyEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const direct = [environment.NO_PROXY ?? environment.no_proxy ?? '', 'localhost', '127.0.0.1', '::1'].filter(Boolean).join(',');
	return {...environment, NO_PROXY: direct, no_proxy: direct};
}

/** Resolves with the response as soon as its head is there; timeouts and cancellation go on guarding its body. */
async function exchange(outgoing: ClientRequest, body: unknown, timeouts: TransportTimeouts, signal: AbortSignal | undefined): Promise<IncomingMessage> {
	const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>();
	let response: IncomingMessage | undefined;
	const fail = (error: Error): void => {
		(response ?? outgoing).destroy(error);
		reject(error);
	};

	const onAbort = (): void => fail(new Error('request cancelled'));
	signal?.addEventListener('abort', onAbort, {once: true});
	outgoing.once('close', () => signal?.removeEventListener('abort', onAbort));
	guardConnecting(outgoing, timeouts.connectMs, fail);
	outgoing.setTimeout(timeouts.idleMs, () => fail(timeout(`no data for ${timeouts.idleMs} ms`)));
	outgoing.on('error', error => reject(Object.assign(error, {reusedSocket: outgoing.reusedSocket})));
	outgoing.once('response', incoming => {
		response = incoming;
		// The reader of the body gets its errors; this keeps one that comes before the reader from ending the process.
		incoming.on('error', () => undefined);
		// A server that answers before it has read everything will not read the rest, so this connection is of no further use.
		incoming.once('end', () => {
			if (!outgoing.writableEnded) outgoing.destroy();
		});
		resolve(incoming);
	});

	if (signal?.aborted) onAbort();
	else sendBody(outgoing, body).catch(fail);
	return promise;
}

function guardConnecting(outgoing: ClientRequest, connectMs: number, fail: (error: Error) => void): void {
	outgoing.once('socket', socket => {
		if (!socket.connecting) return;
		const timer = setTimeout(() => fail(timeout(`no connection within ${connectMs} ms`)), connectMs);
		const stop = (): void => clearTimeout(timer);
		socket.once('encrypted' in socket ? 'secureConnect' : 'connect', stop);
		outgoing.once('close', stop);
	});
}

const timeout = (message: string): Error => Object.assign(new Error(message), {code: 'ETIMEDOUT'});

/** `query` as the SDK leaves it: values not yet escaped. */
function pathWithQuery(path: string, query: Record<string, string | string[] | null> | undefined): string {
	const pairs = Object.entries(query ?? {}).flatMap(([name, values]) => [values].flat().map(value => (value === null ? escape(name) : `${escape(name)}=${escape(value)}`)));
	return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** RFC 3986, as Signature Version 4 hashes it. */
const escape = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

function singleValues({headers}: IncomingMessage): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}
