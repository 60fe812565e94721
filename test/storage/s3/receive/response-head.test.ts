import test from 'ava';
import {parseResponseHead} from '../../../../src/storage/s3/receive/response-head.ts';

const head = (...lines: string[]): string => lines.join('\r\n');

test('a plain reply is understood, whatever the case of its names and the space around its values', t => {
	t.deepEqual(parseResponseHead(head('HTTP/1.1 206 Partial Content', 'Content-Length: 1024', 'Content-RANGE:bytes 0-1023/9000\t ', 'ETag: "a:b, c"', 'X-Empty:')), {
		statusCode: 206,
		headers: {'content-length': '1024', 'content-range': 'bytes 0-1023/9000', etag: '"a:b, c"', 'x-empty': ''},
		length: 1024,
		keepsOpen: true,
	});
	t.like(parseResponseHead(head('HTTP/1.1 200', 'content-length: 0')), {statusCode: 200, length: 0});
});

test('a connection is kept only when both sides mean to', t => {
	const keepsOpen = (status: string, ...lines: string[]): boolean | undefined => parseResponseHead(head(status, 'content-length: 1', ...lines))?.keepsOpen;
	t.true(keepsOpen('HTTP/1.1 200 OK', 'connection: keep-alive'));
	t.false(keepsOpen('HTTP/1.1 200 OK', 'Connection: Close'));
	t.false(keepsOpen('HTTP/1.1 200 OK', 'connection: x-option , close'));
	t.false(keepsOpen('HTTP/1.1 200 OK', 'connection: keep-alive', 'connection: close'));
	t.false(keepsOpen('HTTP/1.0 200 OK', 'connection: keep-alive'));
});

test('a reply that does not say plainly where its body ends has no length', t => {
	for (const lines of [
		[],
		['transfer-encoding: chunked'],
		['content-length: 5', 'transfer-encoding: chunked'],
		['content-length: 5', 'content-length: 5'],
		['content-length: 5', 'content-length: 6'],
		['content-length: 5, 5'],
		['content-length: +5'],
		['content-length: -5'],
		['content-length: 0x5'],
		['content-length: 5.0'],
		['content-length:'],
		['content-length: 1234567890123456'],
	]) {
		const parsed = parseResponseHead(head('HTTP/1.1 200 OK', ...lines));
		t.is(parsed?.statusCode, 200, lines.join());
		t.is(parsed?.length, undefined, lines.join());
	}
	t.is(parseResponseHead(head('HTTP/1.1 304 Not Modified', 'content-length: 5'))?.length, undefined);
	t.is(parseResponseHead(head('HTTP/1.1 204 No Content', 'content-length: 5'))?.length, undefined);
});

test('what is not well-formed, or not the final reply, is none', t => {
	for (const first of ['', 'HTTP/1.1', 'HTTP/1.1 20 OK', 'HTTP/1.1 2000 OK', 'HTTP/1.1 100 Continue', 'HTTP/1.1 600 No', 'HTTP/2 200 OK', 'HTTP/1.2 200 OK', 'http/1.1 200 OK', ' HTTP/1.1 200 OK', 'HTTP/1.1  200 OK', 'ICY 200 OK', 'HTTP/1.1 200 O\nK', 'HTTP/1.1 200 OK\0']) {
		t.is(parseResponseHead(head(first, 'content-length: 1')), undefined, JSON.stringify(first));
	}
	for (const line of ['', 'no colon', ': no name', 'name : value', ' folded: value', '\tfolded', 'na me: value', 'name: a\nb: c', 'name: a\rb', 'name: \0', 'näme: value', 'name: \x7f']) {
		t.is(parseResponseHead(head('HTTP/1.1 200 OK', line, 'content-length: 1')), undefined, JSON.stringify(line));
		t.is(parseResponseHead(head('HTTP/1.1 200 OK', 'content-length: 1', line)), undefined, JSON.stringify(line));
	}
});
