import type {CheckedObject} from '../../src/api/v1alpha1/check-conditions.ts';
import type {Condition} from '../../src/api/v1alpha1/object-meta.ts';

export const at = (second: number): string => new Date(Date.UTC(2026, 10, 22, 2, 30, second)).toISOString().replace('.000Z', 'Z');

export const condition = (type: string, status: Condition['status'], reason: string, more: Partial<Condition> = {}): Condition => ({
	type,
	status,
	reason,
	message: 'claim orders-db was looked at; nothing is left to do',
	observedGeneration: 1,
	lastTransitionTime: at(11),
	...more,
});

const object = (kind: string, status: CheckedObject['status']): CheckedObject => ({
	kind,
	metadata: {name: 'orders', namespace: 'shop', uid: 'a1', generation: 1},
	...(status && {status}),
});

export const unseen = (kind: string): CheckedObject => object(kind, {observedGeneration: -1});

export const reconciling = (kind: string, reason: string): CheckedObject =>
	object(kind, {observedGeneration: 1, conditions: [condition('Reconciling', 'True', reason), condition('Ready', 'False', reason)], startTime: at(11)});

export const stalled = (kind: string, reason: string): CheckedObject =>
	object(kind, {observedGeneration: 1, conditions: [condition('Stalled', 'True', reason), condition('Ready', 'False', reason)], startTime: at(11)});

export const available = (): CheckedObject => object('BackupRepository', {observedGeneration: 1, conditions: [condition('Ready', 'True', 'Available')]});

export const failedRun = (kind: string, reason: string): CheckedObject => object(kind, {
	observedGeneration: 1,
	conditions: [condition('Stalled', 'True', reason), condition('Ready', 'False', reason), condition('Succeeded', 'False', reason)],
	outcome: 'Failed',
	startTime: at(11),
	completionTime: at(44),
});

export const succeededBackup = (outcome: 'Succeeded' | 'SucceededWithWarnings' = 'Succeeded'): CheckedObject => object('VolumeBackup', {
	observedGeneration: 1,
	conditions: [
		condition('Captured', 'True', 'SnapshotTaken'),
		condition('Archived', 'True', 'ArchiveVisible'),
		condition('Succeeded', 'True', outcome),
		condition('Ready', 'True', outcome),
	],
	outcome,
	startTime: at(11),
	completionTime: at(44),
	volumes: [{claimName: 'orders-db', outcome, archive: '4bba301e', attempts: 1, filesSkipped: outcome === 'Succeeded' ? 0 : 1}],
});

export const succeededRestore = (): CheckedObject => object('VolumeRestore', {
	observedGeneration: 1,
	conditions: [
		condition('Resolved', 'True', 'ArchiveFound'),
		condition('DataRestored', 'True', 'FilesRestored'),
		condition('Succeeded', 'True', 'Succeeded'),
		condition('Ready', 'True', 'Succeeded'),
	],
	outcome: 'Succeeded',
	startTime: at(11),
	completionTime: at(44),
	archive: '4bba301e',
});

export const leftEmpty = (): CheckedObject => {
	const restore = succeededRestore();
	delete restore.status?.archive;
	return withConditions(restore, conditions => conditions.map(entry =>
		entry.type === 'Resolved' || entry.type === 'DataRestored' ? {...entry, status: 'False', reason: 'LeftEmpty'} : entry));
};

export const withConditions = (subject: CheckedObject, change: (conditions: Condition[]) => Condition[]): CheckedObject => ({
	...subject,
	status: {...subject.status, conditions: change(structuredClone(subject.status?.conditions ?? []))},
});

export const withStatus = (subject: CheckedObject, change: Record<string, unknown>): CheckedObject => ({...subject, status: {...subject.status, ...change}});

export const without = (subject: CheckedObject, ...types: string[]): CheckedObject => withConditions(subject, conditions => conditions.filter(({type}) => !types.includes(type)));

export const changed = (subject: CheckedObject, type: string, change: Partial<Condition>): CheckedObject =>
	withConditions(subject, conditions => conditions.map(entry => (entry.type === type ? {...entry, ...change} : entry)));
