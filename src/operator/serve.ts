import {createServer} from 'node:http';
import type {IncomingMessage, RequestListener, Server, ServerResponse} from 'node:http';
import type {Registry} from '../base/metrics.ts';
import type {HealthChecks} from '../kube/runtime/health.ts';
import type {Address} from './parse-options.ts';

export type Serving = {
	/** The port that was really taken, when 0 was asked for. */
	port: number;
	close(): Promise<void>;
};

type Handler = (response: ServerResponse) => Promise<void> | void;

/** Serves GETs of a few fixed paths; a path that fails answers 500 and harms nothing else. */
export async function serve(address: Address, paths: Readonly<Record<string, Handler>>): Promise<Serving> {
	const listener: RequestListener = (request, response) => void answer(request, response, paths);
	const server = createServer({requestTimeout: 10_000, headersTimeout: 5000}, listener);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen({port: address.port, ...(address.host && {host: address.host})}, resolve);
	});
	return {port: portOf(server), close: async () => closed(server)};
}

async function answer(request: IncomingMessage, response: ServerResponse, paths: Readonly<Record<string, Handler>>): Promise<void> {
	const path = (request.url ?? '').split('?')[0]!;
	const handler = Object.hasOwn(paths, path) ? paths[path] : undefined;
	if (!handler || (request.method !== 'GET' && request.method !== 'HEAD')) {
		response.writeHead(handler ? 405 : 404).end();
		return;
	}

	try {
		await handler(response);
	} catch (error) {
		if (!response.headersSent) response.writeHead(500, {'content-type': 'text/plain'});
		response.end(`${error instanceof Error ? error.message : String(error)}\n`);
	}
}

/** What a kubelet asks: 200, or 503 and the checks that failed. */
export const healthHandler = (checks: HealthChecks): Handler => response => {
	const report = checks.report();
	const lines = report.checks.map(({name, problem}) => (problem === undefined ? `[+] ${name} ok` : `[-] ${name} failed: ${problem}`));
	response.writeHead(report.healthy ? 200 : 503, {'content-type': 'text/plain; charset=utf-8'}).end(`${[...lines, report.healthy ? 'ok' : 'failed'].join('\n')}\n`);
};

export const metricsHandler = (registry: Registry): Handler => async response => {
	response.setHeader('content-type', registry.contentType);
	response.end(await registry.metrics());
};

function portOf(server: Server): number {
	const bound = server.address();
	return typeof bound === 'object' && bound ? bound.port : 0;
}

async function closed(server: Server): Promise<void> {
	server.closeAllConnections();
	await new Promise<void>(resolve => server.close(() => resolve()));
}
