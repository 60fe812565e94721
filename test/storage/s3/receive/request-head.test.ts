import test from 'ava';
import {requestHead} from '../../../../src/storage/s3/receive/request-head.ts';

test('a request is a line, its headers and an empty line', t => {
	t.is(requestHead('GET', '/bucket/a%20b', {host: 'store:9000', range: 'bytes=0-9'}), 'GET /bucket/a%20b HTTP/1.1\r\nhost: store:9000\r\nrange: bytes=0-9\r\n\r\n');
});

test('nothing in a request can end its line and begin another', t => {
	for (const target of ['/a b', '/a\r\nx: y', '/a\n', '/ä', '/a\0']) t.throws(() => requestHead('GET', target, {}), {instanceOf: TypeError}, JSON.stringify(target));
	for (const value of ['a\r\nx: y', 'a\nb', 'a\0', '\u0100']) t.throws(() => requestHead('GET', '/', {token: value}), {instanceOf: TypeError}, JSON.stringify(value));
	for (const name of ['a b', 'a:', 'a\r\n', '']) t.throws(() => requestHead('GET', '/', {[name]: 'x'}), {instanceOf: TypeError}, JSON.stringify(name));
});
