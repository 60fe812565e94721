import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {buildGroup} from '../cluster/binaries/build.ts';
import {run} from '../cluster/command.ts';
import type {AddressInfo} from 'node:net';
import type {S3Location} from '../../src/storage/location.ts';
import type {S3Credentials} from '../../src/storage/s3/s3-client.ts';

let binary: Promise<string> | undefined;

/** The S3 server of the test cluster, built on first use and shared with it. */
export const versitygwBinary = async (): Promise<string> => join(await (binary ??= buildGroup('versitygw', () => undefined)), 'versitygw');

export type VersitygwOptions = {
	tls?: {certificate: string; key: string};
	/** Where buckets are kept; a temporary directory when absent. */
	data?: string;
	/** Base of bucket host names. */
	virtualDomain?: string;
	/** More accounts than the first can be made, with `createUser`. */
	accounts?: boolean;
};

export type Versitygw = {
	port: number;
	/** `https://127.0.0.1:port` */
	endpoint: string;
	credentials: S3Credentials;
	/** Directory of the buckets. */
	data: string;
	/** Makes a bucket and returns a location in it; the prefix is random unless given. */
	location(options?: {bucket?: string; prefix?: string}): Promise<S3Location>;
	createUser(name: string): Promise<S3Credentials>;
	/** Replaces the bucket's policy. */
	putBucketPolicy(bucket: string, policy: object): Promise<void>;
	stop(): Promise<void>;
};

type Owner = {teardown(work: () => unknown): void};

const attempts = 5;

/** A real S3 server on a free port of this machine, ended when the test is. */
export async function startVersitygw(t: Owner, options: VersitygwOptions = {}): Promise<Versitygw> {
	const program = await versitygwBinary();
	const home = await mkdtemp(join(tmpdir(), 'lazarette-versitygw-'));
	t.teardown(async () => rm(home, {recursive: true, force: true}));
	const data = options.data ?? join(home, 'data');
	await mkdir(join(home, 'accounts'), {recursive: true});
	await mkdir(data, {recursive: true});

	const credentials = {accessKeyId: 'contract-root', secretAccessKey: randomBytes(16).toString('hex')};
	/** Undefined when the server ended at once: somebody else may have taken its port since it was free. */
	const begin = async (attempt: number): Promise<Versitygw | undefined> => {
		const port = await freePort();
		const adminPort = await freePort();
		const flags = ['--port', `127.0.0.1:${port}`, '--keep-alive', '--quiet'];
		if (options.tls) flags.push('--cert', options.tls.certificate, '--key', options.tls.key);
		if (options.virtualDomain !== undefined) flags.push('--virtual-domain', options.virtualDomain);
		if (options.accounts) flags.push('--iam-dir', join(home, 'accounts'), '--admin-port', `127.0.0.1:${adminPort}`);
		const server = spawn(program, [...flags, 'posix', data], {
			stdio: ['ignore', 'pipe', 'pipe'],
			env: {ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey},
		});
		const killAtExit = (): void => void server.kill('SIGKILL');
		process.once('exit', killAtExit);
		let output = '';
		for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));

		const stop = async (): Promise<void> => {
			process.off('exit', killAtExit);
			if (server.exitCode !== null || server.signalCode !== null) return;
			const ended = once(server, 'exit');
			server.kill('SIGKILL');
			await ended;
		};
		t.teardown(stop);

		while (!(await accepts(port))) {
			await delay(20);
			if (server.exitCode === null) continue;
			if (attempt === attempts) throw new Error(`versitygw ended with ${server.exitCode}: ${output}`);
			return undefined;
		}

		const endpoint = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
		return {
			port,
			endpoint,
			credentials,
			data,
			async location({bucket = 'backups', prefix = randomBytes(6).toString('hex')} = {}) {
				await mkdir(join(data, bucket), {recursive: true});
				return {kind: 's3', endpoint, bucket, prefix};
			},
			async createUser(name) {
				const secretAccessKey = randomBytes(16).toString('hex');
				const account = ['--access', credentials.accessKeyId, '--secret', credentials.secretAccessKey];
				await run([program, 'admin', ...account, '--endpoint-url', `http://127.0.0.1:${adminPort}`, '--allow-insecure', 'create-user', '--access', name, '--secret', secretAccessKey, '--role', 'user']);
				return {accessKeyId: name, secretAccessKey};
			},
			async putBucketPolicy(bucket, policy) {
				const {PutBucketPolicyCommand, S3Client} = await import('@aws-sdk/client-s3');
				const client = new S3Client({endpoint, credentials, region: 'us-east-1', forcePathStyle: true});
				await client.send(new PutBucketPolicyCommand({Bucket: bucket, Policy: JSON.stringify(policy)}));
				client.destroy();
			},
			stop,
		};
	};
	for (let attempt = 1; ; attempt++) {
		const server = await begin(attempt);
		if (server) return server;
	}
}

/** A port that nothing listened on a moment ago. */
export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	await new Promise(resolve => server.close(resolve));
	return port;
}

async function accepts(port: number): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connect(port, '127.0.0.1');
		socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
		socket.once('connect', () => socket.destroy());
	});
}
