import {isRunKind} from '../group.ts';
import {complain} from './checked-object.ts';
import type {CheckedObject} from './checked-object.ts';
import type {Condition} from '../object-meta.ts';

/** A rule over two states of the same object, the earlier one first. */
export type TransitionRule = (previous: CheckedObject, next: CheckedObject) => string[];

/** Rule 5: lastTransitionTime changes when, and only when, the status does. */
export const transitionTimes: TransitionRule = (previous, next) =>
	conditionsOf(next).flatMap(now => {
		const before = conditionsOf(previous).find(({type}) => type === now.type);
		if (!before) return [];
		if (before.status === now.status) return complain(before.lastTransitionTime !== now.lastTransitionTime, `lastTransitionTime of ${now.type} changed although it stayed ${now.status}`);
		return complain(Date.parse(now.lastTransitionTime) < Date.parse(before.lastTransitionTime), `lastTransitionTime of ${now.type} went back although it became ${now.status}`);
	});

/** Rule 3: what a run has settled stays as it is. */
export const settled: TransitionRule = (previous, next) => {
	if (!isRunKind(next.kind)) return [];
	const before = conditionsOf(previous).find(({type}) => type === 'Succeeded');
	const now = conditionsOf(next).find(({type}) => type === 'Succeeded');
	return [
		...complain(before !== undefined && (before.status !== now?.status || before.reason !== now.reason), `Succeeded was ${before?.status} (${before?.reason}) and became ${now?.status ?? 'absent'} (${now?.reason ?? '-'})`),
		...onceSet(previous, next, ['outcome', 'startTime', 'completionTime', 'firstReadTime', 'archive', 'claimName']),
		...volumesKept(previous, next),
	];
};

/** What was observed never becomes unobserved, and a repository never becomes another one. */
export const forward: TransitionRule = (previous, next) => [
	...complain((next.status?.observedGeneration ?? -1) < (previous.status?.observedGeneration ?? -1), `status.observedGeneration went back from ${previous.status?.observedGeneration} to ${next.status?.observedGeneration}`),
	...complain(conditionsOf(previous).some(({type}) => type === 'Ready') && !conditionsOf(next).some(({type}) => type === 'Ready'), 'Ready vanished'),
	...onceSet(previous, next, ['repositoryId']),
];

const conditionsOf = ({status}: CheckedObject): Condition[] => status?.conditions ?? [];

const onceSet = (previous: CheckedObject, next: CheckedObject, fields: string[]): string[] => changed('status', previous.status, next.status, fields);

function changed(where: string, previous: object | undefined, next: object | undefined, fields: string[]): string[] {
	return fields.flatMap(field => {
		const before = (previous as Record<string, unknown> | undefined)?.[field];
		const now = (next as Record<string, unknown> | undefined)?.[field];
		return complain(before !== undefined && before !== now, `${where}.${field} was settled as ${JSON.stringify(before)} and became ${JSON.stringify(now) ?? 'absent'}`);
	});
}

function volumesKept(previous: CheckedObject, next: CheckedObject): string[] {
	const volumes = ({status}: CheckedObject) => status?.volumes ?? [];
	return volumes(previous).flatMap(before => {
		const now = volumes(next).find(({claimName}) => claimName === before.claimName);
		if (!now) return [`claim ${before.claimName} vanished from status.volumes`];
		return [
			...changed(`volume ${before.claimName}`, before, now, before.archive ? ['outcome', 'archive', 'capturedAt'] : ['outcome']),
			...complain((now.attempts ?? 0) < (before.attempts ?? 0), `attempts of claim ${before.claimName} went back from ${before.attempts} to ${now.attempts ?? 0}`),
		];
	});
}
