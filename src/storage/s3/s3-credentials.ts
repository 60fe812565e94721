import {headersOf} from './transport.ts';
import type {Transport} from './transport.ts';

/** Static keys, or those of a role with the time at which they end. */
export type S3Credentials = {accessKeyId: string; secretAccessKey: string; sessionToken?: string};

export type CredentialsProvider = () => Promise<S3Credentials>;

/**
The keys that were given; else those of the environment; else what the AWS SDK's default chain finds: shared files, web identity (AWS_ROLE_ARN,
AWS_WEB_IDENTITY_TOKEN_FILE), container and instance metadata. The chain renews what expires and is loaded only when it is needed.
*/
export function credentialsProvider(given: S3Credentials | undefined, {region, transport}: {region: string; transport: Transport}): CredentialsProvider {
	if (given) return async () => given;
	let chain: Promise<CredentialsProvider> | undefined;
	return async () => environmentCredentials() ?? (await (chain ??= loadChain(region, transport)))();
}

/** As in the SDK's chain, a profile that is asked for goes before keys in the environment. */
function environmentCredentials(): S3Credentials | undefined {
	const {AWS_PROFILE, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken} = process.env;
	if (AWS_PROFILE || !accessKeyId || !secretAccessKey) return undefined;
	return {accessKeyId, secretAccessKey, ...(sessionToken && {sessionToken})};
}

const silent = {trace: () => undefined, debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined};

async function loadChain(region: string, transport: Transport): Promise<CredentialsProvider> {
	const {defaultProvider} = await import('@aws-sdk/credential-provider-node');
	return defaultProvider({parentClientConfig: {region: async () => region, requestHandler: handlerFor(transport), logger: silent}, logger: silent});
}

/** What the SDK's own clients, such as the one for token services, send their requests with: our transport, for its timeouts, proxies and authorities. */
const handlerFor = (transport: Transport) => ({
	metadata: {handlerProtocol: 'http/1.1'},
	async handle(request: SdkRequest, options?: {abortSignal?: unknown}) {
		const {method, protocol, hostname, port, path, query = {}, headers, body} = request;
		const signal = options?.abortSignal instanceof AbortSignal ? options.abortSignal : undefined;
		const incoming = await transport.send({method, secure: protocol === 'https:', hostname, ...(port === undefined ? {} : {port}), path, query, headers, body}, signal);
		return {response: {statusCode: incoming.statusCode ?? 0, headers: headersOf(incoming), body: incoming}};
	},
	destroy: () => undefined,
	updateHttpClientConfig: () => undefined,
	httpHandlerConfigs: () => ({}),
});

type SdkRequest = {
	method: string;
	protocol: string;
	hostname: string;
	port?: number;
	path: string;
	query?: Record<string, string | string[] | null>;
	headers: Record<string, string>;
	body?: unknown;
};
