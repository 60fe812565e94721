import test from 'ava';
import fc from 'fast-check';
import {conflicts, judgeAllLive, judgeByPods} from '../../../../src/repository/restic/lock/lock-policy.ts';
import type {Lock} from '../../../../src/repository/restic/lock/lock-file.ts';

const observedAt = new Date('2026-11-22T12:00:00Z');
const before = (minutes: number): Date => new Date(observedAt.getTime() - minutes * 60_000);
const lock = (hostname: string, time: Date): Lock => ({id: '0'.repeat(64), hostname, time, username: 'u', pid: 1, uid: 0, gid: 0, exclusive: false});
const judge = judgeByPods({scope: '.shop.prod', observedAt, livePods: ['mover-live'], deadPods: ['mover-dead']});

test('only two shared locks stand side by side', t => {
	t.false(conflicts({exclusive: false}, {exclusive: false}));
	t.true(conflicts({exclusive: true}, {exclusive: false}));
	t.true(conflicts({exclusive: false}, {exclusive: true}));
	t.true(conflicts({exclusive: true}, {exclusive: true}));
});

test('the lock of a pod that is gone is dead, however fresh', t => {
	t.is(judge(lock('mover-dead.shop.prod', before(0))), 'dead');
	t.is(judge(lock('mover-dead.shop.prod', before(-5))), 'dead');
});

test('the lock of a pod that lives stands, however old', t => {
	t.is(judge(lock('mover-live.shop.prod', before(600))), 'live');
});

test('the lock of a pod nobody knows is dead only when it is surely older than the list of pods', t => {
	t.is(judge(lock('mover-unknown.shop.prod', before(3))), 'dead');
	t.is(judge(lock('mover-unknown.shop.prod', before(2))), 'live');
	t.is(judge(lock('mover-unknown.shop.prod', before(-1))), 'live');
});

test('locks of other namespaces, clusters, machines and of restic are never judged', t => {
	for (const hostname of ['mover-dead.other.prod', 'mover-dead.shop.prod2', 'mover-dead', 'shop.prod', '.shop.prod', 'laptop', '', 'mover-dead.shop.prod.example.com']) {
		t.is(judge(lock(hostname, before(10_000))), 'live', hostname);
	}
});

test('without a scope nothing is ours', t => {
	for (const scope of ['', '.', 'shop.prod']) t.is(judgeByPods({scope, observedAt, livePods: [], deadPods: ['mover-dead']})(lock('mover-dead.shop.prod', before(10_000))), 'live', scope);
	t.is(judgeAllLive(lock('mover-dead.shop.prod', before(10_000))), 'live');
});

test('a pod that is in the list of the living is never called dead', t => {
	const pod = fc.stringMatching(/^[a-z0-9-]{1,10}$/);
	fc.assert(
		fc.property(pod, fc.array(pod), fc.array(pod), fc.integer({min: -100, max: 10_000}), (name, live, dead, age) => {
			const judgeAny = judgeByPods({scope: '.shop.prod', observedAt, livePods: [...live, name], deadPods: dead});
			t.is(judgeAny(lock(`${name}.shop.prod`, before(age))), 'live');
		}),
	);
});
