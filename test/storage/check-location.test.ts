import {X509Certificate} from 'node:crypto';
import {rootCertificates} from 'node:tls';
import test from 'ava';
import {LazaretteError} from '../../src/base/errors.ts';
import {checkLocation} from '../../src/storage/check-location.ts';
import {openStorage} from '../../src/storage/open-storage.ts';

test('a location that a resource names is brought into canonical form', t => {
	const [certificate = ''] = rootCertificates;
	t.deepEqual(checkLocation({kind: 's3', bucket: 'b', prefix: '/a/b/', endpoint: 'https://HOST:443/', caBundle: `# comment\n${certificate}\ntrailing`}), {kind: 's3', bucket: 'b', prefix: 'a/b', endpoint: 'https://host', caBundle: certificate});
	t.is(new X509Certificate(certificate).ca, true);
	t.deepEqual(checkLocation({kind: 's3', bucket: 'b'}), {kind: 's3', bucket: 'b', prefix: ''});
});

test('opening refuses what no store could be, and names the field', async t => {
	for (const [location, field] of [
		[{kind: 's3', bucket: ''}, 'bucket'],
		[{kind: 's3', bucket: 'b', endpoint: 'host'}, 'endpoint'],
		[{kind: 's3', bucket: 'b', caBundle: ''}, 'caBundle'],
		[{kind: 's3', bucket: 'b', caBundle: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'}, 'caBundle'],
		[{kind: 's3', bucket: 'b', region: ' '}, 'region'],
		[{kind: 'filesystem', path: 'relative'}, 'path'],
		[{kind: 'filesystem', path: '/a\0b'}, 'path'],
	] as const) {
		const error = await t.throwsAsync(openStorage(location), {instanceOf: LazaretteError, code: 'BadRequest'});
		t.is(error.context.field, field);
	}
});
