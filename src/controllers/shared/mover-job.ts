import {annotations, group, labels, managedByValue} from '../../api/v1alpha1/group.ts';
import type {Job} from '../../kube/resources.ts';
import type {MoverJobFacts} from './mover-job-facts.ts';
import {moverPod} from './mover-pod.ts';

/** How many failed attempts before this Job count against the budget; on the Job, so that a restarted operator keeps counting. */
export const failedBeforeAnnotation = `${group}/failed-attempts`;

/**
One attempt at moving data, as one pod that is never started again: another attempt is another Job with a fresh request, because what the
request says about living and dead lock holders is only true when it is written. `podReplacementPolicy: Failed` and `backoffLimit: 0`
together mean that two pods never share a claim. The rules of the failure policy change nothing about that; they make the Job's own
condition say how it ended, which is all that is left when the pod went with its node. No time to live: the result is in the pod until
it is in status.
*/
export function moverJob(facts: MoverJobFacts): Job {
	const jobLabels = {
		[labels.managedBy]: managedByValue,
		[labels.component]: 'mover',
		[labels.ownerUid]: facts.owner.uid,
		[labels.ownerKind]: facts.owner.kind,
		[labels.repository]: facts.repository.name,
		[labels.attempt]: String(facts.attempt),
	};

	return {
		apiVersion: 'batch/v1',
		kind: 'Job',
		metadata: {
			name: facts.name,
			namespace: facts.namespace,
			labels: jobLabels,
			annotations: {[annotations.ownerName]: facts.owner.name, [failedBeforeAnnotation]: String(facts.failedBefore), ...facts.annotations},
			ownerReferences: [facts.owner],
		},
		spec: {
			completions: 1,
			parallelism: 1,
			backoffLimit: 0,
			podReplacementPolicy: 'Failed',
			podFailurePolicy: {
				rules: [
					{action: 'FailJob', onPodConditions: [{type: 'DisruptionTarget', status: 'True'}]},
					{action: 'FailJob', onExitCodes: {containerName: 'mover', operator: 'NotIn', values: [0]}},
				],
			},
			activeDeadlineSeconds: facts.activeDeadlineSeconds,
			template: {
				metadata: {labels: jobLabels, annotations: {[annotations.moverRequest]: JSON.stringify(facts.request), [annotations.ownerName]: facts.owner.name}},
				spec: moverPod(facts),
			},
		},
	};
}
