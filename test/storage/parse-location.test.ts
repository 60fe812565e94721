import test from 'ava';
import {LazaretteError} from '../../src/base/errors.ts';
import {describeLocation} from '../../src/storage/location.ts';
import {parseLocation} from '../../src/storage/parse-location.ts';
import type {StorageLocation} from '../../src/storage/location.ts';

const understood: Array<[text: string, location: StorageLocation, described: string]> = [
	['/srv/backup', {kind: 'filesystem', path: '/srv/backup'}, '/srv/backup'],
	['/srv/a:b c', {kind: 'filesystem', path: '/srv/a:b c'}, '/srv/a:b c'],
	['backup/../repository', {kind: 'filesystem', path: '/home/me/repository'}, '/home/me/repository'],
	['./s3:x', {kind: 'filesystem', path: '/home/me/s3:x'}, '/home/me/s3:x'],
	['file:///srv/with%20space', {kind: 'filesystem', path: '/srv/with space'}, '/srv/with space'],
	['s3://backups', {kind: 's3', bucket: 'backups'}, 's3://backups'],
	['s3://backups/', {kind: 's3', bucket: 'backups'}, 's3://backups'],
	['s3://backups/prod/shop/', {kind: 's3', bucket: 'backups', prefix: 'prod/shop'}, 's3://backups/prod/shop'],
	['s3://backups/a@b', {kind: 's3', bucket: 'backups', prefix: 'a@b'}, 's3://backups/a@b'],
	['s3://backups/prod?endpoint=https://s3.example.net:9000/&region=eu-central-1&addressing=path', {kind: 's3', bucket: 'backups', prefix: 'prod', endpoint: 'https://s3.example.net:9000', region: 'eu-central-1', addressing: 'Path'}, 's3://backups/prod at https://s3.example.net:9000'],
	['s3://backups?endpoint=http%3A%2F%2F127.0.0.1%3A7070&addressing=virtual-host', {kind: 's3', bucket: 'backups', endpoint: 'http://127.0.0.1:7070', addressing: 'VirtualHost'}, 's3://backups at http://127.0.0.1:7070'],
	['s3:https://s3.example.net/backups/prod/shop', {kind: 's3', bucket: 'backups', prefix: 'prod/shop', endpoint: 'https://s3.example.net'}, 's3://backups/prod/shop at https://s3.example.net'],
	['s3:http://127.0.0.1:7070/backups', {kind: 's3', bucket: 'backups', endpoint: 'http://127.0.0.1:7070'}, 's3://backups at http://127.0.0.1:7070'],
	['s3:s3.eu-central-1.amazonaws.com/backups/x?region=eu-central-1', {kind: 's3', bucket: 'backups', prefix: 'x', endpoint: 'https://s3.eu-central-1.amazonaws.com', region: 'eu-central-1'}, 's3://backups/x at https://s3.eu-central-1.amazonaws.com'],
];

for (const [text, location, described] of understood) {
	test(`the location ${text} is understood`, t => {
		t.deepEqual(parseLocation(text, '/home/me'), location);
		t.is(describeLocation(location), described);
	});
}

const refused: Array<[text: string, field: string, hint: RegExp]> = [
	['', 'path', /write the path/],
	['gs://bucket/x', 'scheme', /s3:\/\/bucket\/prefix/],
	['rest:https://host/', 'scheme', /write a path/],
	['file://host/path', 'path', /file:\/\/\//],
	['s3://', 'bucket', /letters, digits/],
	['s3://ba cket', 'bucket', /letters, digits/],
	['s3://..', 'bucket', /letters, digits/],
	['s3://host:9000/backups', 'bucket', /s3:https:\/\/host\/bucket/],
	['s3://s3.amazonaws.com/backups', 'bucket', /s3:https:\/\/host\/bucket/],
	['s3://backups/a//b', 'prefix', /single slashes/],
	['s3://backups/../other', 'prefix', /without/],
	['s3://backups?endpoint=s3.example.net', 'endpoint', /https:\/\/host/],
	['s3://backups?endpoint=ftp://host', 'endpoint', /https:\/\/host/],
	['s3://backups?endpoint=https://host?x=1', 'endpoint', /https:\/\/host/],
	['s3://backups?regoin=x', 'option', /endpoint, region, addressing/],
	['s3://backups?region=a%20b', 'region', /eu-central-1/],
	['s3://backups?addressing=host', 'addressing', /auto, path, virtual-host/],
	['s3://backups?addressing=constructor', 'addressing', /auto, path, virtual-host/],
	['s3:https://', 'endpoint', /https:\/\/host/],
	['s3:https://host', 'bucket', /letters, digits/],
	['s3:https://host/bucket?endpoint=https://other', 'option', /region, addressing/],
];

for (const [text, field, hint] of refused) {
	test(`the location ${JSON.stringify(text)} is refused because of its ${field}`, t => {
		const error = t.throws(() => parseLocation(text, '/home/me'), {instanceOf: LazaretteError, code: 'BadRequest'});
		t.is(error?.context.field, field);
		t.regex(error?.hint ?? '', hint);
		t.true(error?.message.includes(field));
	});
}

test('a password in a location is refused and not repeated', t => {
	for (const text of ['s3://key:hunter2@host/bucket', 's3:https://key:hunter2@host/bucket', 's3://bucket?endpoint=https://key:hunter2@host', 's3://bucket?endpoint=https://key:hunter2@ho%20st', 's3:https://key:hunter2@ho st/bucket', 'sftp://key:hunter2@host/path', 'file://key:hunter2@host/path']) {
		const error = t.throws(() => parseLocation(text, '/home/me'), {instanceOf: LazaretteError});
		t.notRegex(JSON.stringify([error?.message, error?.hint, error?.context]), /hunter2/, text);
	}
});
