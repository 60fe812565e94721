import test from 'ava';
import * as fc from 'fast-check';
import {cases} from '../../_cases.ts';
import type {PersonReason} from '../../../src/api/v1alpha1/reasons.ts';
import type {CaptureWish} from '../../../src/api/v1alpha1/volume-backup.ts';
import {planAccess} from '../../../src/controllers/volume-backup/access-plan.ts';
import type {ClaimFacts} from '../../../src/controllers/volume-backup/access-plan.ts';

const auto: CaptureWish = {method: 'Auto'};
const snapshotClass = (name: string, isDefault = false) => ({name, isDefault});
const user = (pod: string, node?: string) => ({pod, tolerations: [], ...(node && {node})});

const facts = (change: Partial<ClaimFacts> = {}): ClaimFacts => ({
	name: 'orders-db',
	accessModes: ['ReadWriteOnce'],
	volumeMode: 'Filesystem',
	driver: 'csi.example.net',
	storageClassName: 'fast',
	snapshotClasses: [],
	users: [],
	...change,
});

const planned = (title: string, given: ClaimFacts, wish: CaptureWish, capture: object, placement: object = {}): void => {
	test(title, t => {
		const plan = planAccess(given, wish);
		if (plan.kind !== 'plan') return t.fail(plan.message);
		t.like(plan.capture, capture);
		t.deepEqual(plan.placement, placement);
	});
};

const refused = (title: string, given: ClaimFacts, wish: CaptureWish, reason: PersonReason, advice: RegExp): void => {
	test(title, t => {
		const plan = planAccess(given, wish);
		if (plan.kind === 'plan') return t.fail(plan.capture.message);
		t.is(plan.reason, reason);
		t.regex(plan.message, advice);
	});
};

const withClass = facts({snapshotClasses: [snapshotClass('only')]});

planned('a claim whose driver has a snapshot class is read from a snapshot', withClass, auto, {method: 'Snapshot', reason: 'SnapshotClassFound', snapshotClassName: 'only'});
planned('of several classes the default one is taken', facts({snapshotClasses: [snapshotClass('a'), snapshotClass('b', true)]}), auto, {snapshotClassName: 'b'});
planned('of several classes without a default the first by name is taken', facts({snapshotClasses: [snapshotClass('b'), snapshotClass('a')]}), auto, {snapshotClassName: 'a'});
planned('a snapshot is taken also while a pod uses the claim, and the mover may run anywhere', {...withClass, users: [user('writer', 'node-1')]}, auto, {method: 'Snapshot'});
planned('a ReadWriteOncePod claim in use is read from a snapshot', {...withClass, accessModes: ['ReadWriteOncePod'], users: [user('writer', 'node-1')]}, auto, {method: 'Snapshot'});
planned('a named class is taken', facts({snapshotClasses: [snapshotClass('a', true), snapshotClass('b')]}), {method: 'Auto', snapshotClassName: 'b'}, {method: 'Snapshot', reason: 'AskedFor', snapshotClassName: 'b'});
planned('who asks for a clone gets one', facts(), {method: 'Clone'}, {method: 'Clone', reason: 'AskedFor'});
planned('who asks for a direct read gets one although there is a snapshot class', withClass, {method: 'Direct'}, {method: 'Direct', reason: 'Unmounted'});
planned('without a snapshot class a claim in use is read beside its pod', facts({users: [user('writer', 'node-1')]}), auto, {method: 'Direct', reason: 'CoLocated', node: 'node-1'}, {node: 'node-1'});
planned('the tolerations of that pod are the mover\'s as well', facts({users: [{...user('writer', 'gpu-1'), tolerations: [{key: 'gpu', operator: 'Exists'}]}]}), auto, {method: 'Direct'}, {node: 'gpu-1', tolerations: [{key: 'gpu', operator: 'Exists'}]});
planned('a pod that is not scheduled yet ties the mover to no node', facts({users: [user('waiting')]}), auto, {method: 'Direct', reason: 'Shared'});
planned('of a waiting and a running pod the running one counts', facts({users: [user('a-waiting'), user('b-running', 'node-2')]}), auto, {reason: 'CoLocated', node: 'node-2'}, {node: 'node-2'});
planned('a ReadWriteMany claim in use is read from anywhere', facts({accessModes: ['ReadWriteMany'], users: [user('writer', 'node-1')]}), auto, {method: 'Direct', reason: 'Shared'});
planned('a claim that nobody uses is read directly', facts(), auto, {method: 'Direct', reason: 'Unmounted'});
planned('a ReadWriteOncePod claim that nobody uses is read directly', facts({accessModes: ['ReadWriteOncePod']}), auto, {method: 'Direct', reason: 'Unmounted'});
planned('a claim without StorageClass is read directly, because nothing could be made of its snapshot', facts({snapshotClasses: [snapshotClass('only')], storageClassName: ''}), auto, {method: 'Direct'});
planned('with a class for the staged claim it is read from a snapshot', facts({snapshotClasses: [snapshotClass('only')], storageClassName: ''}), {method: 'Auto', stagedStorageClassName: 'fast'}, {method: 'Snapshot'});

refused('a block volume cannot be archived as files', facts({volumeMode: 'Block'}), auto, 'AccessModeUnsupported', /volumeMode Block/v);
refused('a ReadWriteOncePod claim in use needs a snapshot class, a clone, or the pod to stop', facts({accessModes: ['ReadWriteOncePod'], users: [user('writer', 'node-1')]}), auto, 'AccessModeUnsupported', /pod writer uses it.*csi\.example\.net.*Clone.*stop the pod/v);
refused('who asks for a snapshot that no class makes is told for which driver', facts(), {method: 'Snapshot'}, 'SnapshotClassMissing', /no VolumeSnapshotClass serves driver csi\.example\.net/v);
refused('who names a class that is not there is told its name', withClass, {method: 'Snapshot', snapshotClassName: 'gone'}, 'SnapshotClassMissing', /no VolumeSnapshotClass gone/v);
refused('a volume that is no CSI one has no snapshots', facts({driver: undefined as never}), {method: 'Snapshot'}, 'SnapshotClassMissing', /not on a CSI volume/v);
refused('a volume that is no CSI one has no clones', facts({driver: undefined as never}), {method: 'Clone'}, 'AccessModeUnsupported', /not on a CSI volume/v);
refused('a snapshot that nothing can be made of is refused when it was asked for', facts({snapshotClasses: [snapshotClass('only')], storageClassName: ''}), {method: 'Snapshot'}, 'AccessModeUnsupported', /capture\.stagedStorageClassName/v);

const anyFacts: fc.Arbitrary<ClaimFacts> = fc.record({
	name: fc.constant('orders-db'),
	accessModes: fc.uniqueArray(fc.constantFrom('ReadWriteOnce', 'ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOncePod'), {minLength: 1}),
	volumeMode: fc.constantFrom('Filesystem', 'Block'),
	driver: fc.constant('csi.example.net'),
	storageClassName: fc.constantFrom('', 'fast'),
	snapshotClasses: fc.uniqueArray(fc.record({name: fc.constantFrom('a', 'b', 'c'), isDefault: fc.boolean()}), {selector: ({name}) => name}),
	users: fc.array(fc.oneof(fc.constant(user('waiting')), fc.constantFrom('node-1', 'node-2').map(node => user('writer', node))), {maxLength: 3}),
});

const anyWish: fc.Arbitrary<CaptureWish> = fc.constantFrom('Auto', 'Snapshot', 'Clone', 'Direct').map(method => ({method}));

test('a live claim that excludes a second mount is never mounted a second time', t => {
	fc.assert(fc.property(anyFacts, anyWish, (given, wish) => {
		const plan = planAccess(given, wish);
		if (plan.kind !== 'plan' || plan.capture.method !== 'Direct' || given.users.length === 0) return;
		t.false(given.accessModes.includes('ReadWriteOncePod'));
		const shared = given.accessModes.some(mode => mode.endsWith('Many'));
		if (!shared && given.users.some(({node}) => node)) t.truthy(plan.placement.node);
	}), {numRuns: cases(200)});
});

test('the plan depends on the facts alone, not on the order in which the API server lists them', t => {
	fc.assert(fc.property(anyFacts, anyWish, (given, wish) => {
		t.deepEqual(planAccess({...given, snapshotClasses: given.snapshotClasses.toReversed()}, wish), planAccess(given, wish));
	}), {numRuns: 300});
});

test('a wish for one method is kept or refused, never bent', t => {
	fc.assert(fc.property(anyFacts, anyWish, (given, wish) => {
		const plan = planAccess(given, wish);
		if (plan.kind === 'plan' && wish.method !== 'Auto') t.is(plan.capture.method, wish.method);
	}), {numRuns: 300});
});
