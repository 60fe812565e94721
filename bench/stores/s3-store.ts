import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {mkdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {freePort, versitygwBinary} from '../../test/contract/_versitygw.ts';
import {readAccessLog} from './access-log.ts';
import {sizeOfFiles} from './size-of-files.ts';
import type {Store} from './store.ts';

const bucket = 'bench';

/** A real S3 server on this machine, without TLS, ended and emptied on disposal. */
export async function openS3Store(directory: string, signal: AbortSignal): Promise<Store> {
	const data = join(directory, 'data');
	const accessLog = join(directory, 'access.log');
	await mkdir(join(data, bucket), {recursive: true});
	const port = await freePort();
	const keys = {accessKeyId: 'bench', secretAccessKey: randomBytes(16).toString('hex')};
	const server = spawn(await versitygwBinary(), ['--port', `127.0.0.1:${port}`, '--keep-alive', '--quiet', '--health', '/health', '--access-log', accessLog, 'posix', data], {
		stdio: 'ignore',
		env: {ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey},
	});
	const ended = once(server, 'exit');
	const killAtExit = (): void => void server.kill('SIGKILL');
	process.once('exit', killAtExit);
	const endpoint = `http://127.0.0.1:${port}`;
	for (let attempt = 0; !(await answers(endpoint)); attempt++) {
		if (server.exitCode !== null || attempt === 500) throw new Error(`the S3 server did not come up (exit code ${server.exitCode})`);
		await delay(20, undefined, {signal});
	}

	return {
		name: 's3',
		async empty(name) {
			await rm(join(data, bucket, name), {recursive: true, force: true});
			return {kind: 's3', endpoint, bucket, prefix: name, ...keys};
		},
		storedBytes: async location => sizeOfFiles(join(data, bucket, location.kind === 's3' ? location.prefix : '')),
		async traffic() {
			const {requests} = readAccessLog(await readFile(accessLog, 'utf8'));
			return {requests, bytes: await writtenBy(server.pid!)};
		},
		async [Symbol.asyncDispose]() {
			process.off('exit', killAtExit);
			server.kill('SIGKILL');
			await ended;
			await rm(directory, {recursive: true, force: true});
		},
	};
}

/** The server writes an upload to its disk once and a download to its client once; its log lines and headers are the rest, less than a kilobyte a request. */
async function writtenBy(pid: number): Promise<number> {
	return Number(/^wchar: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

const answers = async (endpoint: string): Promise<boolean> => fetch(`${endpoint}/health`).then(({ok}) => ok, () => false);
