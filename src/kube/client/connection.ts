import {isDeepStrictEqual} from 'node:util';
import type {RequestOptions} from 'node:https';
import {Pool, ProxyAgent, Socks5ProxyAgent} from 'undici';
import type {Dispatcher} from 'undici';
import {LazaretteError} from '../../base/errors.ts';
import type {Clock} from '../../base/clock.ts';
import {KubeError} from '../kube-error.ts';
import type {KubeConfig} from './load-kube-config.ts';

/** The way to one API server: credentials as they are now, and connections that live as long as those credentials' TLS part. */
export type Connection = {
	readonly server: URL;
	/** `requests` have answers soon; `streams` (watches, logs) hold a connection each, and so never starve the former. */
	open(kind: 'requests' | 'streams'): Promise<{dispatcher: Dispatcher; headers: Record<string, string>}>;
	/** Forget credentials that the server has refused. */
	invalidate(): void;
	close(): Promise<void>;
};

type Tls = {ca?: unknown; cert?: unknown; key?: unknown; pfx?: unknown; passphrase?: unknown; rejectUnauthorized?: boolean; servername?: string};
type Credentials = {headers: Record<string, string>; tls: Tls; readAtMs: number};
type Pools = {tls: Tls; requests: Dispatcher; streams: Dispatcher};

/** Rotated tokens and certificates are noticed this long after they change on disk. */
const credentialsLiveMs = 10_000;

/** More at once would only queue in the server's priority and fairness. */
const parallelRequests = 32;

/**
KubeConfig's own request hooks open a new connection pool for each call (kubernetes-client/javascript#2893), so only its credentials are
used here, and read once for all callers: concurrent readers would each start an exec plugin.
*/
export function createConnection(kubeConfig: KubeConfig, clock: Clock): Connection {
	const cluster = kubeConfig.getCurrentCluster();
	if (!cluster) throw new LazaretteError('BadRequest', 'the kubeconfig names no current cluster', {hint: 'set current-context, or give --kubeconfig'});
	const server = new URL(cluster.server);
	let credentials: Promise<Credentials> | undefined;
	let known: Credentials | undefined;
	let pools: Pools | undefined;
	let closed = false;

	async function current(): Promise<Credentials> {
		if (known && clock.monotonicMs() - known.readAtMs < credentialsLiveMs) return known;
		credentials ??= readCredentials(kubeConfig, clock)
			.then(fresh => (known = fresh))
			.finally(() => {
				credentials = undefined;
			});
		return credentials;
	}

	function poolsFor(tls: Tls): Pools {
		if (pools && isDeepStrictEqual(pools.tls, tls)) return pools;
		const old = pools;
		pools = {tls, requests: openPool(server, cluster?.proxyUrl, tls, parallelRequests), streams: openPool(server, cluster?.proxyUrl, tls, null)};
		if (old) void Promise.allSettled([old.requests.close(), old.streams.close()]);
		return pools;
	}

	return {
		server,
		async open(kind) {
			const {headers, tls} = await current();
			if (closed) throw new KubeError('the Kubernetes client is closed', {status: 0, reason: 'Closed'});
			return {headers, dispatcher: poolsFor(tls)[kind]};
		},
		invalidate() {
			known = undefined;
		},
		async close() {
			closed = true;
			const last = pools;
			pools = undefined;
			if (last) await Promise.allSettled([last.requests.destroy(), last.streams.destroy()]);
		},
	};
}

async function readCredentials(kubeConfig: KubeConfig, clock: Clock): Promise<Credentials> {
	const options: RequestOptions = {};
	await kubeConfig.applyToHTTPSOptions(options);
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value);
	if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;

	const tls: Tls = {};
	for (const field of ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'] as const) {
		if (options[field] !== undefined) Object.assign(tls, {[field]: options[field]});
	}

	return {headers, tls, readAtMs: clock.monotonicMs()};
}

function openPool(server: URL, proxyUrl: string | undefined, tls: Tls, connections: number | null): Dispatcher {
	// HTTP/1.1: one broken connection then costs one watch, not all of them at once. TCP keep-alive finds dead peers behind load balancers.
	const shared = {connections, allowH2: false, pipelining: 1, keepAliveTimeout: 30_000, connectTimeout: 10_000};
	const secure = {...tls, keepAlive: true, keepAliveInitialDelay: 30_000} as Pool.Options['connect'];
	if (!proxyUrl) return new Pool(server.origin, {...shared, connect: secure!});
	if (proxyUrl.startsWith('socks')) return new Socks5ProxyAgent(proxyUrl, {...shared, requestTls: secure as never});
	return new ProxyAgent({...shared, uri: proxyUrl, requestTls: secure as never});
}
