import test from 'ava';
import * as fc from 'fast-check';
import {anyCharacter} from '../../_any-character.ts';
import {placeBeside} from '../../../src/controllers/shared/co-location.ts';
import {leftMs, leftSeconds, noLaterThanDeadline} from '../../../src/controllers/shared/deadline.ts';
import {humanBytes, humanDuration} from '../../../src/controllers/shared/human.ts';
import {matchesSelector} from '../../../src/controllers/shared/label-selector.ts';
import {resolveMoverSettings} from '../../../src/controllers/shared/mover-settings.ts';
import {oneLine} from '../../../src/controllers/shared/one-line.ts';
import {bytesOf, largerQuantity} from '../../../src/controllers/shared/quantity.ts';
import {ago, now} from '../_objects.ts';

const clock = {now: () => now, monotonicMs: () => 0, sleep: () => Promise.resolve()};

test('quantities are compared by what they mean, not by how they are written', t => {
	t.is(bytesOf('1Gi'), 1024 ** 3);
	t.is(bytesOf('1.5k'), 1500);
	t.is(bytesOf('2e3'), 2000);
	t.is(bytesOf(7), 7);
	t.is(bytesOf('1000m'), 1);
	t.is(bytesOf('ten'), undefined);
	t.is(largerQuantity('1Gi', '1000M'), '1Gi');
	t.is(largerQuantity('1Gi', '1025Mi'), '1025Mi');
	t.is(largerQuantity(undefined, '1Gi'), '1Gi');
	t.is(largerQuantity('1Gi', undefined), '1Gi');
});

test('labels are selected as the API server selects them', t => {
	const labels = {app: 'orders', tier: 'db'};
	t.true(matchesSelector({}, labels));
	t.true(matchesSelector({matchLabels: {app: 'orders'}, matchExpressions: [{key: 'tier', operator: 'In', values: ['db', 'cache']}]}, labels));
	t.false(matchesSelector({matchLabels: {app: 'orders', tier: 'web'}}, labels));
	t.true(matchesSelector({matchExpressions: [{key: 'zone', operator: 'NotIn', values: ['a']}, {key: 'zone', operator: 'DoesNotExist'}]}, labels));
	t.false(matchesSelector({matchExpressions: [{key: 'zone', operator: 'In', values: ['a']}]}, labels));
	t.false(matchesSelector({matchExpressions: [{key: 'zone', operator: 'Exists'}]}, undefined));
});

test('a run\'s mover settings win field by field over its repository\'s', t => {
	const settings = resolveMoverSettings(
		{identity: 'Unprivileged', nodeSelector: {disk: 'fast'}, resources: {requests: {cpu: '1'}, limits: {memory: '1Gi'}}, securityContext: {runAsUser: 7, runAsGroup: 8}},
		{identity: 'Auto', resources: {limits: {memory: '2Gi'}}, securityContext: {runAsUser: 9}},
	);
	t.deepEqual(settings, {
		identity: 'Unprivileged',
		nodeSelector: {disk: 'fast'},
		resources: {requests: {cpu: '1', memory: '128Mi'}, limits: {memory: '2Gi'}},
		securityContext: {runAsUser: 9, runAsGroup: 8},
	});
	t.is(resolveMoverSettings({identity: 'Unprivileged'}, {identity: 'HostRoot'}).identity, 'HostRoot');
});

test('a claim shared by many nodes ties a mover to none, one that excludes others to no place at all', t => {
	const users = [{pod: 'writer', node: 'node-1', tolerations: []}];
	t.is(placeBeside({accessModes: ['ReadWriteMany'], users}).kind, 'anywhere');
	t.is(placeBeside({accessModes: ['ReadWriteOnce'], users: []}).kind, 'anywhere');
	t.like(placeBeside({accessModes: ['ReadWriteOnce'], users}), {kind: 'beside', placement: {node: 'node-1'}});
	t.is(placeBeside({accessModes: ['ReadWriteOncePod'], users}).kind, 'excluded');
});

test('a run is looked at when its deadline comes, whatever else it waits for', t => {
	const spec = {activeDeadlineSeconds: 60};
	const status = {startTime: ago(50)};
	t.is(leftMs(spec, status, clock), 10_000);
	t.is(leftSeconds(spec, status, clock), 10);
	t.is(leftSeconds(spec, {startTime: ago(100)}, clock), 1);
	t.deepEqual(noLaterThanDeadline({}, spec, status, clock), {requeueAfterMs: 10_100});
	t.deepEqual(noLaterThanDeadline({requeueAfterMs: 500}, spec, status, clock), {requeueAfterMs: 500});
});

test('a deadline of a month is no timer that fires at once', t => {
	t.deepEqual(noLaterThanDeadline({}, {activeDeadlineSeconds: 2_592_000}, {startTime: ago(0)}, clock), {requeueAfterMs: 86_400_000});
});

test('sizes and durations are written for people', t => {
	t.deepEqual([0, 1023, 1024, 1536, 1024 ** 2 - 1, 5 * 1024 ** 4].map(humanBytes), ['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '1.0 MiB', '5.0 TiB']);
	t.deepEqual([0, 59, 60, 3723, 86_400].map(humanDuration), ['0s', '59s', '1m', '1h2m3s', '24h']);
});

test('text from outside becomes one line of bounded length', t => {
	fc.assert(fc.property(fc.string({unit: anyCharacter, maxLength: 2000}), text => {
		const line = oneLine(text);
		t.true(line.length <= 512 && !/[\n\r\t]/v.test(line));
	}));
});
