import {createHash, randomBytes} from 'node:crypto';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {openStorage} from '../../src/storage/open-storage.ts';
import {makeCertificate} from './_certificates.ts';
import {localFile} from './_content.ts';
import {once, shortTimeouts} from './_s3-suite.ts';
import {failure, listed} from './_storage-contract.ts';
import {startVersitygw} from './_versitygw.ts';
import type {ExecutionContext} from 'ava';
import type {S3Location} from '../../src/storage/location.ts';
import type {Storage} from '../../src/storage/storage.ts';
import type {CertificateOptions} from './_certificates.ts';

type TlsServer = {open(location?: Partial<S3Location>): Promise<Storage>; port: number; authority: string};

async function tlsServer(t: ExecutionContext, options: CertificateOptions = {}): Promise<TlsServer> {
	const certificate = await makeCertificate(t, options);
	const server = await startVersitygw(t, {tls: certificate});
	const location = await server.location();
	return {
		port: server.port,
		authority: certificate.authority,
		async open(changes = {}) {
			const storage = await openStorage({...location, ...changes}, {credentials: server.credentials, retry: once, timeouts: {...shortTimeouts, connectMs: 5000}});
			t.teardown(async () => storage.close());
			return storage;
		},
	};
}

test('a store with a certificate of a private authority is used when caBundle holds that authority', async t => {
	const {open, authority} = await tlsServer(t);
	const storage = await open({caBundle: authority});
	const file = await localFile(storage, randomBytes(17 * 1024 * 1024));
	await storage.putFile('data/ab/pack', file, neverAborts);
	t.deepEqual(await listed(storage, ''), [{key: 'data/ab/pack', size: file.size}]);
	t.is((await storage.get('data/ab/pack', neverAborts, {offset: 16 * 1024 * 1024, length: 1024})).length, 1024);
	const hash = createHash('sha256');
	for await (const piece of storage.stream('data/ab/pack', neverAborts, {offset: 0, length: file.size})) hash.update(piece);
	t.is(hash.digest('hex'), file.sha256);
});

test('a store with a certificate of an unknown authority is refused, and the hint names caBundle', async t => {
	const {open} = await tlsServer(t);
	const error = await failure(t, 'StoreUnreachable', (await open()).get('config', neverAborts));
	t.is(error.retry, 'no');
	t.regex(error.hint ?? '', /caBundle/);
	const stream = async (): Promise<unknown> => Array.fromAsync((await open()).stream('config', neverAborts, {offset: 0, length: 1}));
	t.regex((await failure(t, 'StoreUnreachable', stream())).hint ?? '', /caBundle/);
	const other = await makeCertificate(t);
	t.regex((await failure(t, 'StoreUnreachable', (await open({caBundle: other.authority})).get('config', neverAborts))).hint ?? '', /caBundle/);
});

test('a certificate for another host name is refused, and the hint says so', async t => {
	const {open, authority} = await tlsServer(t, {names: 'DNS:s3.example.net'});
	const error = await failure(t, 'StoreUnreachable', (await open({caBundle: authority})).get('config', neverAborts));
	t.regex(error.message, /ERR_TLS_CERT_ALTNAME_INVALID/);
	t.regex(error.hint ?? '', /other host names/);
});

test('a certificate that has expired is refused, and the hint says so', async t => {
	const {open, authority} = await tlsServer(t, {expired: true});
	const error = await failure(t, 'StoreUnreachable', (await open({caBundle: authority})).get('config', neverAborts));
	t.regex(error.hint ?? '', /renew the certificate/);
	t.is(error.retry, 'no');
});

test('http and https taken for each other are told', async t => {
	const {open, port} = await tlsServer(t);
	const plainToTls = await failure(t, 'StoreUnreachable', (await open({endpoint: `http://127.0.0.1:${port}`})).get('config', neverAborts));
	t.log(plainToTls.message, plainToTls.hint);
	const plain = await startVersitygw(t);
	const tlsToPlain = await failure(t, 'StoreUnreachable', (await open({endpoint: `https://127.0.0.1:${plain.port}`})).get('config', neverAborts));
	t.log(tlsToPlain.message, tlsToPlain.hint);
	t.regex(tlsToPlain.hint ?? '', /does not speak TLS/);
});

test('a caBundle that is no certificate is refused when the store is opened', async t => {
	const {open} = await tlsServer(t);
	for (const caBundle of ['', 'not a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
		const error = await failure(t, 'BadRequest', open({caBundle}));
		t.regex(error.message, /caBundle/);
	}
});
