/** A condition as `metav1.Condition` has it. */
export type Condition<Type extends string = string, Reason extends string = string> = {
	type: Type;
	status: 'True' | 'False' | 'Unknown';
	/** Generation of the object that this was observed of. */
	observedGeneration?: number;
	/** RFC 3339, whole seconds */
	lastTransitionTime: string;
	/** CamelCase, for machines. */
	reason: Reason;
	/** For people. */
	message: string;
};

/** What an observation says; when it began to hold is worked out. */
export type NewCondition<Type extends string = string, Reason extends string = string> = Omit<Condition<Type, Reason>, 'lastTransitionTime'>;

/** The API server's limit, in characters. */
const longestMessage = 32_768;

/** `conditions` with `next` in place of the one of its type; its time changes only when its status does. The order of the others stays. */
export function setCondition<C extends Condition>(conditions: readonly C[], next: NewCondition<C['type'], C['reason']>, now: Date): C[] {
	const previous = getCondition(conditions, next.type);
	const lastTransitionTime = previous?.status === next.status ? previous.lastTransitionTime : toSeconds(now);
	const condition = {...next, message: next.message.slice(0, longestMessage), lastTransitionTime} as C;
	return previous ? conditions.map(other => (other === previous ? condition : other)) : [...conditions, condition];
}

export const removeCondition = <C extends Condition>(conditions: readonly C[], type: C['type']): C[] => conditions.filter(condition => condition.type !== type);

export const getCondition = <C extends Condition>(conditions: readonly C[] | undefined, type: C['type']): C | undefined => conditions?.find(condition => condition.type === type);

export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean => getCondition(conditions, type)?.status === 'True';

/** metav1.Time has whole seconds; more would come back changed and look like a difference. */
const toSeconds = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, 'Z');
