import type {Condition} from '../../api/v1alpha1/object-meta.ts';
import {reasonClass} from '../../api/v1alpha1/reasons.ts';
import type {FineReason, ReadyReason} from '../../api/v1alpha1/reasons.ts';
import {removeCondition, setCondition} from '../../kube/runtime/conditions.ts';
import type {Halt} from './step.ts';

/** How an object stands, in one reason. */
export type Standing = {reason: ReadyReason; message: string; /** Of a failure that is tried again by itself, as a repository's are. */ goesOn?: boolean};

export type ConditionFrame = {generation: number; now: Date};

export const standingOf = (halt: Halt): Standing => ({reason: halt.reason, message: halt.message, goesOn: halt.kind === 'wait'});

export const isFine = (reason: ReadyReason): reason is FineReason => reasonClass(reason) === 'fine';

/** Ready, and beside it the one of Reconciling and Stalled that says who must act; the other is absent, and both are when Ready is True. */
export function withStanding(conditions: readonly Condition[], standing: Standing, frame: ConditionFrame): Condition[] {
	const {reason, message} = standing;
	const set = (list: readonly Condition[], type: string, status: Condition['status']): Condition[] => withCondition(list, {type, status, reason, message}, frame);
	const kind = reasonClass(reason);
	if (kind === 'fine') return removeCondition(removeCondition(set(conditions, 'Ready', 'True'), 'Reconciling'), 'Stalled');

	const reconciling = kind === 'underWay' || kind === 'waiting' || (kind === 'failed' && standing.goesOn === true);
	const [beside, absent] = reconciling ? (['Reconciling', 'Stalled'] as const) : (['Stalled', 'Reconciling'] as const);
	return removeCondition(set(set(conditions, 'Ready', 'False'), beside, 'True'), absent);
}

export const withCondition = (conditions: readonly Condition[], next: {type: string; status: Condition['status']; reason: string; message: string}, {generation, now}: ConditionFrame): Condition[] =>
	setCondition(conditions, {...next, observedGeneration: generation}, now);
