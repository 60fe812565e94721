import {createServer, request as forward} from 'node:http';
import type {ClientRequest, IncomingMessage, ServerResponse} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import {world} from './_world.ts';

/** Which moment of a request is meant: before the store has it, or when the store has done it and the mover does not know yet. */
export type Moment = {matches: (request: SeenRequest) => boolean; when: 'before' | 'after'};

export type SeenRequest = {method: string; path: string; /** From 1, of all that came through. */ number: number; /** Resolves when its connection has ended, as when whoever asked has given up. */ gone: () => Promise<void>};

export type StoreGate = {
	/** For `spec.storage.s3.endpoint`. */
	endpoint: string;
	requests: SeenRequest[];
	/** Stops the first request at this moment. Resolves when one has come; it stays stopped until `open`, and so do all that follow. */
	stopAt(moment: Moment): Promise<SeenRequest>;
	/** Lets everything through again. */
	open(): void;
	/** Nothing listens any more, and open connections break. */
	close(): Promise<void>;
	/** Listens again. */
	reopen(): Promise<void>;
};

/**
A way to the store that leads through this process, so that a test decides what a mover meets at which request. The Host header passes unchanged, because it
is signed.
*/
export async function storeGate(t: ExecutionContext, {store}: {/** URL of another store on this machine than the cluster's. */ store?: string} = {}): Promise<StoreGate> {
	const {own, s3} = await world();
	if (!own) throw new Error('pods of a foreign cluster have no way to this process; the test must ask for the ability "node"');
	const target = new URL(store ?? s3.endpoint);
	const sockets = new Set<Socket>();
	const inFlight = new Set<ClientRequest>();
	const requests: SeenRequest[] = [];
	let stop: (Moment & {hit: (request: SeenRequest) => void}) | undefined;
	let stopped: Promise<void> | undefined;
	let letGo = (): void => undefined;

	async function pause(request: SeenRequest, when: Moment['when']): Promise<void> {
		if (stop?.when === when && stop.matches(request)) {
			const {hit} = stop;
			stop = undefined;
			stopped = new Promise(resolve => (letGo = resolve));
			hit(request);
		}

		await stopped;
	}

	async function answer(reply: IncomingMessage, outgoing: ServerResponse, request: SeenRequest): Promise<void> {
		await pause(request, 'after');
		outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
		reply.pipe(outgoing);
	}

	async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const {method = '', url = '', headers} = incoming;
		const {socket} = incoming;
		const gone = async (): Promise<void> => {
			if (!socket.closed) await new Promise<void>(resolve => void socket.once('close', () => resolve()));
		};
		const request = {method, path: url, number: requests.length + 1, gone};
		requests.push(request);
		await pause(request, 'before');
		// Whoever asked may be dead by now.
		if (incoming.destroyed) return;
		const ahead = forward({host: target.hostname, port: target.port, method, path: url, headers}, reply => void answer(reply, outgoing, request));
		inFlight.add(ahead);
		ahead.on('close', () => inFlight.delete(ahead));
		const cut = (): void => {
			incoming.socket.destroy();
			ahead.destroy();
		};
		ahead.on('error', cut);
		incoming.on('error', cut).on('close', () => {
			if (!incoming.complete) ahead.destroy();
		});
		incoming.pipe(ahead);
	}

	const server = createServer((incoming, outgoing) => void pass(incoming, outgoing)).on('connection', socket => {
		sockets.add(socket);
		socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
	});
	const listen = async (port: number): Promise<void> => new Promise((resolve, reject) => server.once('error', reject).listen(port, own.node.hostIp, resolve));
	await listen(0);
	const {port} = server.address() as AddressInfo;
	const gate: StoreGate = {
		endpoint: `http://${own.node.hostIp}:${port}`,
		requests,
		stopAt: async moment => new Promise(resolve => (stop = {...moment, hit: resolve})),
		open() {
			stopped = undefined;
			letGo();
		},
		async close() {
			const closed = new Promise(resolve => server.close(resolve));
			for (const connection of [...sockets, ...inFlight]) connection.destroy();
			await closed;
		},
		reopen: async () => listen(port),
	};
	t.teardown(async () => {
		gate.open();
		if (server.listening) await gate.close();
	});
	return gate;
}
