import {Agent, request as httpRequest} from './node-http.ts';
import {proxyEnvironment} from './proxy-environment.ts';
import {escapeSegment} from './s3-address.ts';
import {sendBody} from './send-body.ts';
import type {Agent as AgentType, ClientRequest, IncomingMessage} from 'node:http';

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

export type TransportRequest = {
	method: string;
	secure: boolean;
	/** An IPv6 address stands in brackets. */
	hostname: string;
	port?: number;
	/** Escaped. */
	path: string;
	/** Not yet escaped; null is a name without a value. */
	query: Record<string, string | string[] | null>;
	headers: Record<string, string>;
	/** Text, bytes, or an async iterable of bytes. */
	body?: unknown;
};

export type Transport = {
	/** Resolves with the reply as soon as its head is there. */
	send(request: TransportRequest, signal?: AbortSignal): Promise<IncomingMessage>;
	destroy(): void;
};

/**
HTTP(S) with kept-open connections. Bodies are sent piece by piece, each when the one before has left this process, so that a file of any size passes
through one small buffer; no request outlives its signal or waits for ever for either side.
*/
export function createTransport({caBundle, timeouts, maxConnections}: TransportOptions): Transport {
	const shared = {keepAlive: true, maxSockets: maxConnections, proxyEnv: proxyEnvironment(process.env)};
	let plain: Connector | undefined;
	let secured: Promise<Connector> | undefined;
	// TLS takes several MiB that a store inside the cluster often does not need.
	const connectorFor = async (secure: boolean): Promise<Connector> => {
		if (secure) return (secured ??= secureConnector({...shared, ...(caBundle === undefined ? {} : {ca: caBundle})}));
		return (plain ??= {request: httpRequest, agent: new Agent(shared)});
	};

	return {
		async send({method, secure, hostname, port, path, query, headers, body}, signal) {
			const {request, agent} = await connectorFor(secure);
			const outgoing = request({
				host: hostname.replace(/^\[|\]$/g, ''),
				port,
				method,
				path: pathWithQuery(path, query),
				headers,
				agent,
				// Bounds only what has no socket yet: Node's wait for a tunnel through a proxy. From then on `exchange` sets the time.
				timeout: timeouts.connectMs,
			});
			return exchange(outgoing, body, timeouts, signal);
		},
		destroy() {
			plain?.agent.destroy();
			secured?.then(({agent}) => agent.destroy(), () => undefined);
		},
	};
}

type Connector = {request: typeof httpRequest; agent: AgentType};

async function secureConnector(options: object): Promise<Connector> {
	const {Agent: SecureAgent, request} = await import('node:https');
	return {request, agent: new SecureAgent(options)};
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

function pathWithQuery(path: string, query: TransportRequest['query']): string {
	const pairs = Object.entries(query).flatMap(([name, values]) => [values].flat().map(value => (value === null ? escapeSegment(name) : `${escapeSegment(name)}=${escapeSegment(value)}`)));
	return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** One value for each name, in lower case. */
export function headersOf({headers}: Pick<IncomingMessage, 'headers'>): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}
