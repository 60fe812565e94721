import type {Condition} from './object-meta.ts';

export type KstatusResult = 'InProgress' | 'Current' | 'Failed' | 'Terminating';

type Judged = {
	metadata: {generation?: number; deletionTimestamp?: string};
	status?: {observedGeneration?: number; conditions?: Condition[]};
};

/**
What kstatus (sigs.k8s.io/cli-utils), and with it Flux and others, makes of a custom resource. Conditions count in the order in which they stand,
and `Ready=False` alone never reads as failed.
*/
export function kstatus({metadata, status}: Judged): KstatusResult {
	if (metadata.deletionTimestamp) return 'Terminating';
	if (status?.observedGeneration !== undefined && status.observedGeneration !== metadata.generation) return 'InProgress';

	const conditions = status?.conditions ?? [];
	const abnormal = conditions.find(({type, status}) => (type === 'Reconciling' || type === 'Stalled') && status === 'True');
	if (abnormal) return abnormal.type === 'Reconciling' ? 'InProgress' : 'Failed';

	const ready = conditions.find(({type}) => type === 'Ready');
	return ready === undefined || ready.status === 'True' ? 'Current' : 'InProgress';
}
