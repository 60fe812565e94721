import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {openStorage} from '../../src/storage/open-storage.ts';
import {once, s3Suite, shortTimeouts} from './_s3-suite.ts';
import {startMeddlingProxy} from './_meddling-proxy.ts';
import {failure} from './_storage-contract.ts';
import type {AddressInfo} from 'node:net';
import type {ExecutionContext} from 'ava';
import type {Storage} from '../../src/storage/storage.ts';

// This file sets environment variables, so its tests run one after the other.
const suite = s3Suite();

/** Answers AssumeRoleWithWebIdentity as STS does; everything else about the exchange is the AWS SDK's. */
async function startTokenService(t: ExecutionContext, answer: (form: URLSearchParams) => {status: number; body: string}): Promise<string> {
	const server = createServer((incoming, outgoing) => {
		let form = '';
		incoming.setEncoding('utf8').on('data', (text: string) => (form += text));
		incoming.on('end', () => {
			const {status, body} = answer(new URLSearchParams(form));
			outgoing.writeHead(status, {'content-type': 'text/xml'}).end(body);
		});
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The environment that Kubernetes gives to a pod with a workload identity, and nothing else that could hold credentials. */
async function podEnvironment(t: ExecutionContext, values: Record<string, string>): Promise<void> {
	const home = await mkdtemp(join(tmpdir(), 'lazarette-identity-'));
	await writeFile(join(home, 'token'), 'service-account-token');
	const environment = {HOME: home, AWS_PROFILE: '', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true', AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token'), AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/backup', ...values};
	const before = Object.fromEntries(Object.keys(environment).map(name => [name, process.env[name]]));
	Object.assign(process.env, environment);
	t.teardown(async () => {
		for (const [name, value] of Object.entries(before)) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}

		await rm(home, {recursive: true});
	});
}

async function open(t: ExecutionContext, endpoint: string): Promise<Storage> {
	const storage = await openStorage({...(await suite.server.location()), endpoint}, {retry: once, timeouts: shortTimeouts});
	t.teardown(async () => storage.close());
	return storage;
}

// versitygw knows no session tokens; that they are sent is shown in s3-wire.test.ts.
test.serial('a pod with a workload identity needs no keys: its token is exchanged for temporary ones, once', async t => {
	const asked: Array<string | null> = [];
	const {accessKeyId, secretAccessKey} = suite.server.credentials;
	const sts = await startTokenService(t, form => {
		asked.push(`${form.get('Action')} ${form.get('RoleArn')} ${form.get('WebIdentityToken')}`);
		const expiration = new Date(Date.now() + 3_600_000).toISOString();
		return {status: 200, body: `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><Expiration>${expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`};
	});
	await podEnvironment(t, {AWS_ENDPOINT_URL_STS: sts});
	const proxy = await startMeddlingProxy(t, suite.server.port, {});
	const storage = await open(t, proxy.endpoint);
	await storage.put('config', Buffer.from('x'), neverAborts);
	t.is((await storage.get('config', neverAborts)).toString(), 'x');
	t.deepEqual(asked, ['AssumeRoleWithWebIdentity arn:aws:iam::123456789012:role/backup service-account-token']);
	t.true(proxy.requests.every(({headers}) => headers.authorization?.includes(`Credential=${accessKeyId}/`)));
});

test.serial('a role that does not trust the pod is told apart from a store that refuses', async t => {
	const sts = await startTokenService(t, () => ({status: 403, body: '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error><RequestId>1</RequestId></ErrorResponse>'}));
	await podEnvironment(t, {AWS_ENDPOINT_URL_STS: sts});
	const error = await failure(t, 'AccessDenied', (await open(t, suite.server.endpoint)).get('config', neverAborts));
	t.regex(error.message, /^cannot obtain credentials for s3:\/\/.*AccessDenied \(HTTP 403\)/);
	t.regex(error.hint ?? '', /trust policy of role .* name this ServiceAccount/);
	t.notRegex(error.message + (error.hint ?? ''), /service-account-token/);
});

test.serial('a token service that cannot be reached is a store that cannot be reached: it is tried again later', async t => {
	await podEnvironment(t, {AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9'});
	const error = await failure(t, 'StoreUnreachable', (await open(t, suite.server.endpoint)).get('config', neverAborts));
	t.is(error.retry, 'later');
	t.regex(error.message, /^cannot obtain credentials/);
});

test.serial('without any credentials the message says which to give', async t => {
	await podEnvironment(t, {AWS_WEB_IDENTITY_TOKEN_FILE: '', AWS_ROLE_ARN: ''});
	const error = await failure(t, 'AccessDenied', (await open(t, suite.server.endpoint)).get('config', neverAborts));
	t.regex(error.hint ?? '', /accessKeyId and secretAccessKey.*workload identity/);
});

test.serial('a token file that is not there is a matter for a person', async t => {
	await podEnvironment(t, {AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere/token'});
	const error = await failure(t, 'AccessDenied', (await open(t, suite.server.endpoint)).get('config', neverAborts));
	t.regex(error.message, /^cannot obtain credentials/);
	t.regex(error.hint ?? '', /AWS_WEB_IDENTITY_TOKEN_FILE/);
});
