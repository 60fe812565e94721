import type {Condition, ConditionStatus} from '../object-meta.ts';
import type {KindContract} from '../conditions.ts';

/** What the rules read of an object; every kind's type fits. Loose on purpose: a broken status must reach the rules, not the type checker. */
export type CheckedObject = {
	kind: string;
	metadata: {name: string; namespace?: string; uid?: string; generation?: number; deletionTimestamp?: string};
	status?: CheckedStatus;
};

export type CheckedStatus = {
	observedGeneration?: number;
	conditions?: Condition[];
	outcome?: string;
	startTime?: string;
	completionTime?: string;
	volumes?: {claimName: string; attempts?: number; outcome?: string; archive?: string; filesSkipped?: number}[];
	archive?: string;
	filesSkipped?: number;
};

/** What every rule gets: the object, its conditions by type, and the contract of its kind. */
export type Subject = {
	object: CheckedObject;
	status: CheckedStatus;
	conditions: Condition[];
	contract: KindContract;
	isRun: boolean;
	/** Status of a condition, `undefined` when it is absent. */
	is: (type: string) => ConditionStatus | undefined;
	find: (type: string) => Condition | undefined;
};

/** A rule returns one sentence for each violation. */
export type StatusRule = (subject: Subject) => string[];

/** `sentence` when `wrong`. */
export const complain = (wrong: boolean, sentence: string): string[] => (wrong ? [sentence] : []);
