import type {Condition} from '../../src/api/v1alpha1/object-meta.ts';
import type {ReadyReason} from '../../src/api/v1alpha1/reasons.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import type {Resource} from '../../src/kube/resource.ts';
import type {Space} from './_space.ts';

type WithConditions = KubeObject & {status: {observedGeneration?: number; conditions?: Condition[]; outcome?: string}};

export const conditionOf = (object: WithConditions | undefined, type: string): Condition | undefined => object?.status.conditions?.find(condition => condition.type === type);

/** Whether the newest spec was seen and found good. */
export const isReady = <T extends WithConditions>(object: T | undefined): T | undefined =>
	object && object.status.observedGeneration === object.metadata.generation && conditionOf(object, 'Ready')?.status === 'True' ? object : undefined;

/** Waits until Ready has this reason. @returns the object as it was then */
export async function waitForReason<T extends WithConditions>(space: Space, resource: Resource<T>, name: string, reason: ReadyReason, timeoutMs?: number): Promise<T> {
	return space.seen.until(
		`${resource.kind} ${name} says ${reason}`,
		() => {
			const object = space.seen.get(resource, name);
			if (object?.status.outcome && conditionOf(object, 'Ready')?.reason !== reason) throw new Error(`${resource.kind} ${name} has ended with ${JSON.stringify(conditionOf(object, 'Ready'))} instead of ${reason}`);
			return conditionOf(object, 'Ready')?.reason === reason && object?.status.observedGeneration === object?.metadata.generation ? object : undefined;
		},
		timeoutMs,
	);
}

/** Waits until a run has its outcome, whichever it is. */
export async function ended<T extends WithConditions>(space: Space, resource: Resource<T>, name: string, timeoutMs?: number): Promise<T> {
	return space.seen.until(
		`${resource.kind} ${name} has ended`,
		() => {
			const object = space.seen.get(resource, name);
			return object?.status.outcome ? object : undefined;
		},
		timeoutMs,
	);
}

/** Reasons that Ready had, one after another. */
export function reasonsOf<T extends WithConditions>(space: Space, resource: Resource<T>, name: string): string[] {
	const reasons = space.seen.versions(resource).filter(({object}) => object.metadata.name === name).flatMap(({object}) => conditionOf(object, 'Ready')?.reason ?? []);
	return reasons.filter((reason, index) => reason !== reasons[index - 1]);
}
