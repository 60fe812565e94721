import test from 'ava';
import * as fc from 'fast-check';
import {cases} from '../_cases.ts';
import {checkConditions} from '../../src/api/v1alpha1/check-conditions.ts';
import {contract} from '../../src/api/v1alpha1/conditions.ts';
import {isRunKind, kinds} from '../../src/api/v1alpha1/group.ts';
import {kstatus} from '../../src/api/v1alpha1/kstatus.ts';
import {reasonsByKind} from '../../src/api/v1alpha1/reasons-by-kind.ts';
import {reasonClass} from '../../src/api/v1alpha1/reasons.ts';
import {available, changed, condition, failedRun, leftEmpty, reconciling, stalled, succeededBackup, succeededRestore, unseen, withConditions, without, withStatus} from './_statuses.ts';
import type {CheckedObject} from '../../src/api/v1alpha1/check-conditions.ts';
import type {Kind} from '../../src/api/v1alpha1/group.ts';
import type {ReasonClass} from '../../src/api/v1alpha1/reasons.ts';

type State = {object: CheckedObject; kstatus: ReturnType<typeof kstatus>};

const reasonsOf = (kind: Kind, ...classes: ReasonClass[]) => reasonsByKind[kind].filter(reason => classes.includes(reasonClass(reason)));
const state = (object: CheckedObject, result: State['kstatus']): State => ({object, kstatus: result});

/** Every legal shape of a status with every reason that fits it. */
const legalStates: State[] = (Object.keys(kinds) as Kind[]).flatMap(kind => [
	state(unseen(kind), 'InProgress'),
	...reasonsOf(kind, 'underWay', 'waiting').map(reason => state(reconciling(kind, reason), 'InProgress')),
	...reasonsOf(kind, 'person').map(reason => state(stalled(kind, reason), 'Failed')),
	...reasonsOf(kind, 'failed').map(reason => state(isRunKind(kind) ? failedRun(kind, reason) : reconciling(kind, reason), isRunKind(kind) ? 'Failed' : 'InProgress')),
	...(isRunKind(kind) ? reasonsOf(kind, 'person').map(reason => state(failedRun(kind, reason), 'Failed')) : []),
]).concat([
	state(available(), 'Current'),
	state(succeededBackup(), 'Current'),
	state(succeededBackup('SucceededWithWarnings'), 'Current'),
	state(succeededRestore(), 'Current'),
	state(leftEmpty(), 'Current'),
]);

const legal = fc.constantFrom(...legalStates);
const seenStates = legalStates.filter(({object}) => object.status?.observedGeneration === 1);

test('every legal state with every reason keeps the contract, and kstatus reads it as it is meant', t => {
	for (const {object, kstatus: meant} of legalStates) {
		t.deepEqual(checkConditions(object), []);
		t.is(kstatus(object), meant, JSON.stringify(object.status));
	}
});

test('the order in which conditions stand means nothing', t => {
	fc.assert(fc.property(legal, fc.infiniteStream(fc.nat()), ({object, kstatus: meant}, random) => {
		const shuffled = withConditions(object, conditions => conditions.map(entry => ({entry, key: random.next().value as number})).sort((a, b) => a.key - b.key).map(({entry}) => entry));
		t.deepEqual(checkConditions(shuffled), []);
		t.is(kstatus(shuffled), meant);
	}), {numRuns: 300});
});

/** Ways to spoil a status so that somebody who reads it would be misled. */
const spoilers: Record<string, (object: CheckedObject) => CheckedObject> = {
	'Ready is lost': object => without(object, 'Ready'),
	'who must act is lost or said beside Ready': object => {
		const told = object.status?.conditions?.some(({type}) => type === 'Reconciling' || type === 'Stalled');
		return told ? without(object, 'Reconciling', 'Stalled') : withConditions(object, list => [...list, condition('Stalled', 'True', 'AccessDenied')]);
	},
	'Ready is turned around': object => withConditions(object, list => list.map(entry => (entry.type === 'Ready' ? {...entry, status: entry.status === 'True' ? 'False' : 'True'} : entry))),
	'the reason is made up': object => changed(object, 'Ready', {reason: 'BecauseOfIt'}),
	'the message is empty': object => changed(object, 'Ready', {message: ''}),
	'the message is a password': object => changed(object, 'Ready', {message: 'cannot log in with password=hunter2'}),
	'a condition is ahead of its time': object => changed(object, 'Ready', {observedGeneration: 7}),
	'the status is ahead of the object': object => withStatus(object, {observedGeneration: 7}),
	'an abnormal condition is False': object => withConditions(object, list => [...list.filter(({type}) => type !== 'Stalled'), condition('Stalled', 'False', 'AccessDenied')]),
	'the end is told in part': object => (object.status?.outcome ? withStatus(object, {outcome: undefined}) : withStatus(object, {observedGeneration: undefined})),
};

for (const [title, spoil] of Object.entries(spoilers)) {
	test(`the checker notices in every state when ${title}`, t => {
		for (const {object} of seenStates) {
			t.not(checkConditions(spoil(object)).length, 0, JSON.stringify(spoil(object).status));
		}
	});
}

test('whatever a status holds, the checker answers instead of throwing', t => {
	const anything = fc.record({
		observedGeneration: fc.option(fc.integer({min: -1, max: 3}), {nil: undefined}),
		outcome: fc.option(fc.constantFrom('Succeeded', 'Failed', 'Perhaps'), {nil: undefined}),
		startTime: fc.option(fc.constantFrom('2026-11-22T02:30:11Z', 'yesterday'), {nil: undefined}),
		completionTime: fc.option(fc.constantFrom('2026-11-22T02:30:44Z', ''), {nil: undefined}),
		conditions: fc.array(fc.record({
			type: fc.constantFrom(...Object.keys(contract.VolumeBackup.conditions), 'Strange'),
			status: fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const),
			reason: fc.constantFrom(...reasonsByKind.VolumeBackup, 'Strange'),
			message: fc.string(),
			observedGeneration: fc.integer({min: -1, max: 3}),
			lastTransitionTime: fc.constant('2026-11-22T02:30:11Z'),
		}), {maxLength: 6}),
	});
	fc.assert(fc.property(fc.constantFrom('VolumeBackup', 'VolumeRestore', 'BackupRepository'), anything, (kind, status) => {
		const object = {kind, metadata: {name: 'x', generation: 1}, status} as CheckedObject;
		const violations = checkConditions(object);
		t.true(violations.every(sentence => sentence.startsWith(`${kind} x: `)));
		// Whoever passes the checker and is read as current is Ready, and nobody else.
		if (violations.length === 0) t.is(kstatus(object) === 'Current', status.conditions.some(({type, status}) => type === 'Ready' && status === 'True'));
	}), {numRuns: cases(200)});
});
