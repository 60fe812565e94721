/** Objects as the API server sends them: raw JSON, times as RFC 3339 strings. */
export type KubeObject<Spec, Status> = {
	apiVersion: string;
	kind: string;
	metadata: ObjectMeta;
	spec: Spec;
	/** Never absent when read: the schema's default is `{observedGeneration: -1}`. */
	status: Status;
};

export type ObjectMeta = {
	name: string;
	generateName?: string;
	namespace?: string;
	uid: string;
	resourceVersion: string;
	generation?: number;
	creationTimestamp: string;
	deletionTimestamp?: string;
	deletionGracePeriodSeconds?: number;
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
	ownerReferences?: OwnerReference[];
	finalizers?: string[];
	managedFields?: ManagedFields[];
};

export type OwnerReference = {
	apiVersion: string;
	kind: string;
	name: string;
	uid: string;
	controller?: boolean;
	blockOwnerDeletion?: boolean;
};

export type ManagedFields = {
	manager: string;
	operation: 'Apply' | 'Update';
	apiVersion: string;
	time?: string;
	subresource?: string;
	fieldsType: 'FieldsV1';
	fieldsV1: Record<string, unknown>;
};

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** meta/v1 Condition, with `observedGeneration` always set. */
export type Condition = {
	type: string;
	status: ConditionStatus;
	observedGeneration: number;
	lastTransitionTime: string;
	reason: string;
	message: string;
};
