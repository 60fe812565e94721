import test from 'ava';
import * as fc from 'fast-check';
import {anyCharacter} from '../../_any-character.ts';
import {cutToBytes, eventObject} from '../../../src/kube/runtime/event-object.ts';
import {configMap} from '../_tools.ts';

test('an event names its object, its cause and its time as events.k8s.io/v1 wants them', t => {
	t.snapshot(
		eventObject({
			regarding: configMap('orders', {uid: 'u1', resourceVersion: '7', labels: {a: 'b'}}),
			occurrence: {type: 'Warning', reason: 'CaptureFailed', action: 'Capture', note: 'no class', related: configMap('other', {uid: 'u2'})},
			series: undefined,
			now: new Date('2026-01-01T00:00:00Z'),
			suffix: '0707',
			controller: 'lazarette.dev/operator',
			instance: 'pod-1',
		}),
	);
});

test('an event about a cluster-scoped object lies in the default namespace', t => {
	const regarding = {apiVersion: 'v1', kind: 'Node', metadata: {name: 'node1', uid: 'u'}};
	const event = eventObject({regarding, occurrence: {type: 'Normal', reason: 'A', action: 'B', note: ''}, series: undefined, now: new Date(0), suffix: 's', controller: 'c', instance: 'i'});
	t.is(event.metadata.namespace, 'default');
	t.is(event.regarding?.namespace, undefined);
});

test('a note is cut to the limit in bytes and never inside a character', t => {
	fc.assert(
		fc.property(fc.string({unit: anyCharacter, maxLength: 60}), fc.integer({min: 3, max: 40}), (text, bytes) => {
			const cut = cutToBytes(text, bytes);
			const whole = cut === text || (cut.endsWith('…') && text.startsWith(cut.slice(0, -1)));
			return Buffer.byteLength(cut) <= bytes && whole && cut.isWellFormed();
		}),
	);
	t.is(cutToBytes('äöü', 5), 'ä…');
	t.is(cutToBytes('äöü', 6), 'äöü');
});
