import test from 'ava';
import {regionOf, usesPathStyle} from '../../../src/storage/s3/s3-client.ts';
import type {S3Location} from '../../../src/storage/location.ts';

const cases: Array<[location: Omit<S3Location, 'kind'>, path: boolean]> = [
	[{bucket: 'backups'}, false],
	[{bucket: 'my.backups'}, true],
	[{bucket: 'backups', endpoint: 'https://s3.eu-central-1.amazonaws.com'}, false],
	[{bucket: 'backups', endpoint: 'https://s3.cn-north-1.amazonaws.com.cn'}, false],
	[{bucket: 'backups', endpoint: 'https://minio.storage.svc:9000'}, true],
	[{bucket: 'backups', endpoint: 'https://amazonaws.com.example.net'}, true],
	[{bucket: 'backups', endpoint: 'https://s3.example.net', addressing: 'VirtualHost'}, false],
	[{bucket: 'backups', addressing: 'Path'}, true],
];

for (const [location, path] of cases) {
	test(`bucket ${location.bucket} at ${location.endpoint ?? 'Amazon'}, addressing ${location.addressing ?? 'Auto'}: ${path ? 'in the path' : 'in the host'}`, t => {
		t.is(usesPathStyle({kind: 's3', ...location}), path);
	});
}

test('a region that is given is used; without any, what most stores accept', t => {
	t.is(regionOf({kind: 's3', bucket: 'b', region: 'eu-north-1'}), 'eu-north-1');
	t.is(regionOf({kind: 's3', bucket: 'b'}), process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1');
});
