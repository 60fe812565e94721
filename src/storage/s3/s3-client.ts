import {systemClock} from '../../base/clock.ts';
import {version} from '../../base/version.ts';
import {mayUseProxy} from './proxy-environment.ts';
import {socketOpener} from './receive/open-socket.ts';
import {createReceiver} from './receive/receiver.ts';
import {escapeKey, regionOf, s3Address} from './s3-address.ts';
import {credentialsProvider} from './s3-credentials.ts';
import {createSigner} from './s3-signer.ts';
import {readReplyText, replyError} from './s3-reply.ts';
import {createTransport} from './transport.ts';
import type {IncomingMessage} from 'node:http';
import type {Clock} from '../../base/clock.ts';
import type {S3Location} from '../location.ts';
import type {Receiver, Reply} from './receive/receiver.ts';
import type {S3Credentials} from './s3-credentials.ts';
import type {TransportRequest, TransportTimeouts} from './transport.ts';
import type {UploadBody} from './upload-body.ts';

export type {S3Credentials} from './s3-credentials.ts';

export type S3ClientOptions = {
	/** Absent: what the environment offers, see s3-credentials.ts. */
	credentials?: S3Credentials;
	timeouts: TransportTimeouts;
	maxConnections: number;
	/** Tells the time that requests are signed with; the system's unless given. */
	clock?: Clock;
};

export type S3Request = {
	method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
	/** The object's key in the bucket; absent for requests about the bucket. */
	key?: string;
	query?: Record<string, string>;
	/** Names in lower case. */
	headers?: Record<string, string>;
	content?: {size: number; /** lowercase hex */ sha256: string; body: UploadBody};
};

export type S3Client = {
	/**
	Sends one request, once. Resolves when the head of a reply that grants it is there; its body is still to be read.
	@throws what `s3Error` explains: the store's refusal, or a failure of the connection
	*/
	send(request: S3Request, signal: AbortSignal): Promise<IncomingMessage>;
	/** The same for an object, or a part of one, of which much is to be read. */
	receive(key: string, headers: Record<string, string>, signal: AbortSignal): Promise<Reply>;
	/** Obtains credentials, so that a failure to do so can be told from one of the store; they are kept until they expire. */
	obtainCredentials(): Promise<unknown>;
	destroy(): void;
};

/** Connections that download; as many streams as anybody reads at a time. More go by way of the transport. */
const mostReceivers = 4;

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Plain S3 that any store understands: HTTP, Signature Version 4, no checksums in trailers, no chunks inside the body. Retries are the caller's. */
export function createS3Client(location: S3Location, {credentials, timeouts, maxConnections, clock = systemClock}: S3ClientOptions): S3Client {
	const {secure, hostname, port, path} = s3Address(location);
	const region = regionOf(location);
	const transport = createTransport({timeouts, maxConnections, ...(location.caBundle === undefined ? {} : {caBundle: location.caBundle})});
	const provide = credentialsProvider(credentials, {region, transport});
	const signer = createSigner({region, credentials: provide, clock});
	const host = port === undefined ? hostname : `${hostname}:${port}`;

	let receiver: Promise<Receiver> | undefined;
	const openReceiver = async (): Promise<Receiver> => createReceiver({open: await socketOpener({...location, secure, hostname, ...(port === undefined ? {} : {port})}), timeouts, maxConnections: Math.min(mostReceivers, maxConnections)});

	const signed = async ({method, key, query = {}, headers = {}, content}: S3Request): Promise<TransportRequest> => {
		const request = {
			method,
			secure,
			hostname,
			...(port === undefined ? {} : {port}),
			path: key === undefined ? path || '/' : `${path}/${escapeKey(key)}`,
			query,
			headers: {
				host,
				'user-agent': `lazarette/${version}`,
				...headers,
				...(content && {'content-length': String(content.size), 'content-type': 'application/octet-stream'}),
				'x-amz-content-sha256': content?.sha256 ?? emptySha256,
			},
		};
		return {...request, headers: await signer.sign(request), body: content?.body};
	};

	const send = async (request: TransportRequest, signal: AbortSignal): Promise<IncomingMessage> => {
		const incoming = await transport.send(request, signal);
		signer.learnTime(incoming.headers.date);
		if (incoming.statusCode !== undefined && incoming.statusCode >= 200 && incoming.statusCode < 300) return incoming;
		throw replyError(incoming, await readReplyText(incoming), request.method);
	};

	return {
		send: async (request, signal) => send(await signed(request), signal),
		async receive(key, headers, signal) {
			const request = await signed({method: 'GET', key, headers});
			if (mayUseProxy(process.env, secure)) return send(request, signal);
			const received = await (await (receiver ??= openReceiver())).receive(request.path, request.headers, signal);
			return received ?? send(request, signal);
		},
		obtainCredentials: provide,
		destroy() {
			transport.destroy();
			receiver?.then(opened => opened.destroy(), () => undefined);
		},
	};
}
