import {loadSync} from '@grpc/proto-loader';
import {loadPackageDefinition, Server, ServerCredentials, status} from '@grpc/grpc-js';
import {mkdir, rm} from 'node:fs/promises';
import {dirname} from 'node:path';
import {CsiError} from './csi-error.ts';
import type {ServiceClientConstructor, UntypedServiceImplementation} from '@grpc/grpc-js';

/** One method: a request in, an answer or a thrown `CsiError` out. */
// oxlint-disable-next-line typescript/no-explicit-any -- each method narrows its own request; the wire types are not known here
export type Method = (request: any) => Promise<object> | object;

export type Service = {
	/** Full name in the protocol definition, such as `csi.v1.Node`. */
	name: string;
	methods: Record<string, Method>;
};

/** Serves the services of one protocol file on a unix socket. */
export async function serve(protocolFile: string, socket: string, services: readonly Service[]): Promise<void> {
	const definition = loadPackageDefinition(loadSync(protocolFile, {keepCase: true, longs: Number, enums: String, oneofs: true, defaults: true}));
	const server = new Server();
	for (const service of services) server.addService(serviceDefinition(definition, service.name), implementation(service));
	await mkdir(dirname(socket), {recursive: true});
	// A killed driver leaves its socket behind, and the address then counts as in use.
	await rm(socket, {force: true});
	const {promise, resolve, reject} = Promise.withResolvers<void>();
	server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), error => (error ? reject(error) : resolve()));
	await promise;
}

function serviceDefinition(definition: object, name: string): ServiceClientConstructor['service'] {
	const found = name.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], definition);
	return (found as ServiceClientConstructor).service;
}

function implementation({name, methods}: Service): UntypedServiceImplementation {
	return Object.fromEntries(
		Object.entries(methods).map(([method, handle]) => [
			method,
			async (call: {request: unknown}, callback: (error: object | null, answer?: object) => void) => {
				try {
					callback(null, await handle(call.request));
				} catch (error) {
					if (!(error instanceof CsiError)) console.error(`${name}/${method}`, error);
					callback({code: error instanceof CsiError ? error.code : status.INTERNAL, details: (error as Error).message});
				}
			},
		]),
	);
}
