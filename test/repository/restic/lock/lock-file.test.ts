import test from 'ava';
import {decodeLock, encodeLock} from '../../../../src/repository/restic/lock/lock-file.ts';

const id = 'cd'.repeat(32);
const content = {time: new Date('2026-11-22T06:54:46.120Z'), exclusive: true, hostname: 'mover.ns', username: 'u', pid: 7, uid: 1000, gid: 0};

test('a lock is written with restic’s members in its order and reads back', t => {
	t.is(encodeLock(content).toString(), '{"time":"2026-11-22T06:54:46.12Z","exclusive":true,"hostname":"mover.ns","username":"u","pid":7,"uid":1000}');
	t.deepEqual(decodeLock(encodeLock(content), id), {...content, id});
});

test('restic’s own lock, with nanoseconds and its time zone, is read', t => {
	const lock = decodeLock(Buffer.from('{"time":"2026-11-22T08:54:46.123456789+02:00","exclusive":false,"hostname":"laptop","username":"ann","pid":4711,"uid":1000,"gid":1000}'), id);
	t.deepEqual(lock, {id, time: new Date('2026-11-22T06:54:46.123Z'), exclusive: false, hostname: 'laptop', username: 'ann', pid: 4711, uid: 1000, gid: 1000});
});

test('a lock without a time tells nothing and is reported', t => {
	for (const json of ['', 'null', '{}', '{"time":"soon"}']) t.throws(() => decodeLock(Buffer.from(json), id), {code: 'RepositoryDamaged', message: /^locks\/cdcd/}, json);
});
