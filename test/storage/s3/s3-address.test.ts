import test from 'ava';
import {escapeKey, regionOf, s3Address, usesPathStyle} from '../../../src/storage/s3/s3-address.ts';
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
	[{bucket: 'Backups_2019'}, true],
	[{bucket: 'b'.repeat(64)}, true],
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

const addresses: Array<[location: Omit<S3Location, 'kind'>, address: ReturnType<typeof s3Address>]> = [
	[{bucket: 'backups', region: 'eu-central-1'}, {secure: true, hostname: 'backups.s3.eu-central-1.amazonaws.com', path: ''}],
	[{bucket: 'my.backups', region: 'us-east-1'}, {secure: true, hostname: 's3.us-east-1.amazonaws.com', path: '/my.backups'}],
	[{bucket: 'backups', region: 'cn-north-1'}, {secure: true, hostname: 'backups.s3.cn-north-1.amazonaws.com.cn', path: ''}],
	[{bucket: 'backups', endpoint: 'http://10.0.0.1:9000'}, {secure: false, hostname: '10.0.0.1', port: 9000, path: '/backups'}],
	[{bucket: 'backups', endpoint: 'http://[::1]:9000'}, {secure: false, hostname: '[::1]', port: 9000, path: '/backups'}],
	[{bucket: 'backups', endpoint: 'https://gateway.example.net/s3/'}, {secure: true, hostname: 'gateway.example.net', path: '/s3/backups'}],
	[{bucket: 'backups', endpoint: 'https://s3.example.net:8443', addressing: 'VirtualHost'}, {secure: true, hostname: 'backups.s3.example.net', port: 8443, path: ''}],
];
for (const [location, address] of addresses) {
	test(`requests for bucket ${location.bucket} at ${location.endpoint ?? location.region} go to ${address.hostname}${address.path}`, t => {
		t.deepEqual(s3Address({kind: 's3', ...location}), address);
	});
}

test('a key stands in a request as Signature Version 4 escapes it', t => {
	t.is(escapeKey("a b/ü!'()*+~=&?#%"), 'a%20b/%C3%BC%21%27%28%29%2A%2B~%3D%26%3F%23%25');
});
