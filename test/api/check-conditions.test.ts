import test from 'ava';
import {checkConditions, checkHistory, checkTransition} from '../../src/api/v1alpha1/check-conditions.ts';
import {at, available, changed, condition, failedRun, leftEmpty, reconciling, stalled, succeededBackup, succeededRestore, unseen, withConditions, without, withStatus} from './_statuses.ts';
import type {CheckedObject} from '../../src/api/v1alpha1/check-conditions.ts';

const legal: [string, CheckedObject][] = [
	['an object that nobody has seen', unseen('VolumeBackup')],
	['a repository that can be used', available()],
	['a repository whose probe mover failed and is tried again', reconciling('BackupRepository', 'MoverOutOfMemory')],
	['a repository with a wrong password', stalled('BackupRepository', 'WrongPassword')],
	['a backup that waits for its repository', reconciling('VolumeBackup', 'RepositoryNotReady')],
	['a backup whose claim is missing', stalled('VolumeBackup', 'ClaimNotFound')],
	['a backup that failed', failedRun('VolumeBackup', 'SourceEmpty')],
	['a backup that succeeded', succeededBackup()],
	['a backup with warnings', succeededBackup('SucceededWithWarnings')],
	['a restore that succeeded', succeededRestore()],
	['a restore that was to leave the target empty', leftEmpty()],
	['a finished run that is being deleted, which raises its generation', {...succeededBackup(), metadata: {name: 'x', generation: 2, deletionTimestamp: at(50)}}],
];

for (const [title, object] of legal) {
	test(`${title} keeps the contract`, t => {
		t.deepEqual(checkConditions(object), []);
	});
}

const illegal: [string, CheckedObject, RegExp][] = [
	['an object without status', {kind: 'VolumeBackup', metadata: {name: 'x'}}, /status is absent/v],
	['a status that does not say what was observed', withStatus(available(), {observedGeneration: undefined}), /observedGeneration is absent/v],
	['a seen object without Ready', without(available(), 'Ready'), /Ready is absent/v],
	['conditions on an object that claims to be unseen', withStatus(available(), {observedGeneration: -1}), /-1 although conditions are set/v],
	['a status ahead of the object', withStatus(available(), {observedGeneration: 2}), /ahead of metadata\.generation/v],
	['a condition ahead of the status', changed(available(), 'Ready', {observedGeneration: 2}), /ahead of status\.observedGeneration/v],
	['Ready with a condition from an earlier generation', changed(withStatus({...succeededBackup(), metadata: {name: 'x', generation: 2}}, {observedGeneration: 2}), 'Ready', {observedGeneration: 2}), /although Captured judges generation 1/v],
	['Reconciling that is False', withConditions(available(), list => [...list, condition('Reconciling', 'False', 'Retrying')]), /absent unless it is True/v],
	['Reconciling beside Ready', withConditions(available(), list => [...list, condition('Reconciling', 'True', 'Retrying')]), /Ready is True although Reconciling is/v],
	['Reconciling and Stalled together', withConditions(stalled('VolumeBackup', 'ClaimNotFound'), list => [...list, condition('Reconciling', 'True', 'Retrying')]), /both True/v],
	['Ready=False that leaves open who must act', without(stalled('VolumeBackup', 'ClaimNotFound'), 'Stalled'), /neither Reconciling nor Stalled/v],
	['a wrong password said to be retried', withConditions(stalled('BackupRepository', 'WrongPassword'), list => list.map(entry => (entry.type === 'Stalled' ? {...entry, type: 'Reconciling', reason: 'Retrying'} : entry))), /so Stalled must be True/v],
	['a waiting run said to be stalled', changed(stalled('VolumeBackup', 'ClaimNotFound'), 'Ready', {reason: 'ClaimNotBound'}), /so Reconciling must be True/v],
	['a reason that nobody agreed on', changed(reconciling('VolumeBackup', 'Moving'), 'Ready', {reason: 'Uploading'}), /the contract does not give it/v],
	['a reason of another kind', reconciling('BackupRepository', 'Capturing'), /the contract does not give it/v],
	['a condition of another kind', withConditions(available(), list => [...list, condition('Archived', 'True', 'ArchiveVisible')]), /no condition of this kind/v],
	['a condition that is there twice', withConditions(available(), list => [...list, ...list]), /there twice/v],
	['Succeeded=Unknown', withConditions(reconciling('VolumeBackup', 'Moving'), list => [...list, condition('Succeeded', 'Unknown', 'Moving')]), /Succeeded is never Unknown/v],
	['an outcome without Succeeded', without(succeededBackup(), 'Succeeded'), /the end is told in part/v],
	['an end without its time', withStatus(succeededBackup(), {completionTime: undefined}), /the end is told in part/v],
	['an end before the start', withStatus(succeededBackup(), {completionTime: at(1)}), /is before startTime/v],
	['Ready before the end', withConditions(reconciling('VolumeBackup', 'Moving'), () => [condition('Ready', 'True', 'Succeeded')]), /although the run has not ended/v],
	['a failure that looks as if it went on', withConditions(failedRun('VolumeBackup', 'SourceEmpty'), list => list.map(entry => (entry.type === 'Stalled' ? condition('Reconciling', 'True', 'Retrying') : entry))), /Stalled is not True/v],
	['a failure with two reasons', changed(failedRun('VolumeBackup', 'SourceEmpty'), 'Succeeded', {reason: 'MoverFailed'}), /different reasons/v],
	['warnings that Ready hides', changed(succeededBackup('SucceededWithWarnings'), 'Ready', {reason: 'Succeeded'}), /the reason of Ready is Succeeded/v],
	['success without a claim', withStatus(succeededBackup(), {volumes: []}), /without a single claim/v],
	['success without an archive', withStatus(succeededBackup(), {volumes: [{claimName: 'a', outcome: 'Succeeded'}]}), /claim a has no archive/v],
	['success with a failed claim', withStatus(succeededBackup(), {volumes: [{claimName: 'a', outcome: 'Failed', archive: '4bba301e'}]}), /outcome of claim a is Failed/v],
	['success that hides skipped files', withStatus(succeededBackup(), {volumes: [{claimName: 'a', outcome: 'Succeeded', archive: '4bba301e', filesSkipped: 2}]}), /although 2 files were skipped/v],
	['success that hides a claim\'s warnings', withStatus(succeededBackup(), {volumes: [{claimName: 'a', outcome: 'SucceededWithWarnings', archive: '4bba301e'}]}), /although a claim has warnings/v],
	['a restore that succeeded with nothing restored', without(succeededRestore(), 'DataRestored'), /DataRestored is not True/v],
	['a target left empty although there was an archive', withStatus(leftEmpty(), {archive: '4bba301e'}), /although archive 4bba301e was found/v],
];

for (const [title, object, violation] of illegal) {
	test(`${title} breaks the contract`, t => {
		const violations = checkConditions(object);
		t.true(violations.some(sentence => violation.test(sentence)), violations.join('\n') || 'no violation was found');
	});
}

test('a violation begins with the object that it is about', t => {
	t.is(checkConditions(without(available(), 'Ready'))[0], 'BackupRepository shop/orders: Ready is absent although the object was seen');
});

const steps: [string, CheckedObject, CheckedObject, RegExp][] = [
	['an outcome that changes', succeededBackup(), failedRun('VolumeBackup', 'MoverFailed'), /outcome was settled as "Succeeded"/v],
	['a Succeeded that vanishes', failedRun('VolumeBackup', 'MoverFailed'), reconciling('VolumeBackup', 'Retrying'), /Succeeded was False \(MoverFailed\) and became absent/v],
	['an archive that becomes another', succeededBackup(), withStatus(succeededBackup(), {volumes: [{claimName: 'orders-db', outcome: 'Succeeded', archive: 'ffffffff', attempts: 1}]}), /archive was settled/v],
	['a claim that vanishes', succeededBackup(), withStatus(succeededBackup(), {volumes: []}), /claim orders-db vanished/v],
	['attempts that are forgotten', succeededBackup(), withStatus(succeededBackup(), {volumes: [{claimName: 'orders-db', outcome: 'Succeeded', archive: '4bba301e'}]}), /attempts of claim orders-db went back/v],
	['a repository that becomes another', withStatus(available(), {repositoryId: 'a'}), withStatus(available(), {repositoryId: 'b'}), /repositoryId was settled/v],
	['a status that becomes unseen again', available(), unseen('BackupRepository'), /went back from 1 to -1/v],
	['a Ready that vanishes', available(), without(available(), 'Ready'), /Ready vanished/v],
	['a transition time without a transition', available(), changed(available(), 'Ready', {lastTransitionTime: at(50)}), /although it stayed True/v],
	['a transition back in time', changed(reconciling('BackupRepository', 'Initializing'), 'Ready', {lastTransitionTime: at(30)}), available(), /went back although it became True/v],
];

for (const [title, previous, next, violation] of steps) {
	test(`${title} breaks the contract`, t => {
		const violations = checkTransition(previous, next);
		t.true(violations.some(sentence => violation.test(sentence)), violations.join('\n') || 'no violation was found');
	});
}

test('the life of a backup from creation to its end keeps the contract', t => {
	const life = [unseen('VolumeBackup'), reconciling('VolumeBackup', 'Pending'), reconciling('VolumeBackup', 'Moving'), succeededBackup(), succeededBackup()];
	t.deepEqual(checkHistory(life), []);
});

test('a namesake that was created after a deletion starts its own history', t => {
	const next = unseen('VolumeBackup');
	t.deepEqual(checkTransition(succeededBackup(), {...next, metadata: {...next.metadata, uid: 'a2'}}), []);
});
