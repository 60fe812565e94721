import {contract} from './conditions.ts';
import {isRunKind} from './group.ts';
import {generations, seen} from './checks/seen.ts';
import {messages} from './checks/messages.ts';
import {noFalseSuccess} from './checks/no-false-success.ts';
import {polarity, reasonAgrees} from './checks/polarity.ts';
import {runOutcome} from './checks/run-outcome.ts';
import {forward, settled, transitionTimes} from './checks/transition.ts';
import {vocabulary} from './checks/vocabulary.ts';
import type {CheckedObject, StatusRule} from './checks/checked-object.ts';
import type {TransitionRule} from './checks/transition.ts';
import type {Kind} from './group.ts';

export type {CheckedObject} from './checks/checked-object.ts';

const statusRules: StatusRule[] = [seen, generations, vocabulary, polarity, reasonAgrees, runOutcome, noFalseSuccess, messages];
const transitionRules: TransitionRule[] = [transitionTimes, settled, forward];

/**
The conditions contract as a judge: whatever state of an object anybody ever sees must give an empty list. Each violation is a
sentence that begins with the object.
*/
export function checkConditions(object: CheckedObject): string[] {
	const rules = contract[object.kind as Kind];
	if (!rules) return [`${nameOf(object)}: the contract knows no such kind`];
	const status = object.status;
	if (!status) return [`${nameOf(object)}: status is absent; the schema's default is observedGeneration -1`];

	const conditions = status.conditions ?? [];
	const find = (type: string) => conditions.find(condition => condition.type === type);
	const subject = {object, status, conditions, contract: rules, isRun: isRunKind(object.kind), find, is: (type: string) => find(type)?.status};
	return statusRules.flatMap(rule => rule(subject)).map(violation => `${nameOf(object)}: ${violation}`);
}

/** Two states of one object, in the order in which they were seen; other states may have come between. */
export function checkTransition(previous: CheckedObject, next: CheckedObject): string[] {
	if (previous.metadata.uid !== next.metadata.uid) return [];
	return transitionRules.flatMap(rule => rule(previous, next)).map(violation => `${nameOf(next)}: ${violation}`);
}

/** Every state of one object and every step between them. */
export const checkHistory = (states: readonly CheckedObject[]): string[] =>
	states.flatMap((state, index) => {
		const previous = states[index - 1];
		return [...checkConditions(state), ...(previous ? checkTransition(previous, state) : [])];
	});

const nameOf = ({kind, metadata: {namespace, name}}: CheckedObject): string => `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
