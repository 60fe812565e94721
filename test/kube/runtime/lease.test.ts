import test from 'ava';
import {claimSpec, observe, standing} from '../../../src/kube/runtime/lease.ts';
import type {Lease} from '../../../src/kube/resources.ts';

const lease = (holderIdentity: string | undefined, resourceVersion: string, rest: object = {}): Lease => ({
	apiVersion: 'coordination.k8s.io/v1',
	kind: 'Lease',
	metadata: {name: 'lazarette', namespace: 'system', resourceVersion},
	spec: {...(holderIdentity ? {holderIdentity} : {}), leaseDurationSeconds: 15, ...rest},
});

test('a lease is free only when its holder was not heard of for the whole time that it promised, by our own clock', t => {
	let seen = observe(undefined, lease('other', '1', {renewTime: '1970-01-01T00:00:00.000000Z'}), 1000);
	t.is(standing(seen, 'me', 1000), 'taken', 'an old time from another clock proves nothing');
	seen = observe(seen, lease('other', '1'), 9000);
	t.is(standing(seen, 'me', 16_000), 'taken');
	t.is(standing(seen, 'me', 16_001), 'free');
});

test('each renewal that is seen gives the holder its whole time again', t => {
	let seen = observe(undefined, lease('other', '1'), 0);
	seen = observe(seen, lease('other', '2'), 14_000);
	t.is(standing(seen, 'me', 16_000), 'taken');
	t.is(standing(seen, 'me', 29_001), 'free');
});

test('a released lease is free at once and our own is ours', t => {
	t.is(standing(observe(undefined, lease(undefined, '1'), 0), 'me', 0), 'free');
	t.is(standing(observe(undefined, lease('me', '1'), 0), 'me', 99_000), 'ours');
});

test('renewals keep the time of taking over, take-overs count', t => {
	const now = new Date('2026-01-01T00:00:10Z');
	const first = claimSpec(undefined, {identity: 'a', now: new Date('2026-01-01T00:00:00Z'), leaseSeconds: 15});
	t.deepEqual(first, {holderIdentity: 'a', leaseDurationSeconds: 15, acquireTime: '2026-01-01T00:00:00.000000Z', renewTime: '2026-01-01T00:00:00.000000Z', leaseTransitions: 0});
	const renewed = claimSpec({...lease('a', '1'), spec: first}, {identity: 'a', now, leaseSeconds: 15});
	t.like(renewed, {acquireTime: first.acquireTime!, renewTime: '2026-01-01T00:00:10.000000Z', leaseTransitions: 0});
	const taken = claimSpec({...lease('a', '1'), spec: first}, {identity: 'b', now, leaseSeconds: 15});
	t.like(taken, {holderIdentity: 'b', acquireTime: '2026-01-01T00:00:10.000000Z', leaseTransitions: 1});
});
