import type {Kind} from '../../api/v1alpha1/group.ts';
import type {MoverIdentity, MoverRequest} from '../../api/v1alpha1/mover-contract.ts';
import type {OwnerReference} from '../../kube/object.ts';
import type {ResolvedMoverSettings} from './mover-settings.ts';

/** All that a mover's Job follows from. */
export type MoverJobFacts = {
	name: string;
	namespace: string;
	owner: OwnerReference & {kind: Kind};
	attempt: number;
	/** Failed attempts before this one that count against `retry.limit`. */
	failedBefore: number;
	request: MoverRequest;
	repository: MoverRepository;
	/** Absent for a probe. */
	volume?: {claimName: string; readOnly: boolean};
	identity: MoverIdentity;
	settings: ResolvedMoverSettings;
	placement: Placement;
	image: MoverImage;
	activeDeadlineSeconds: number;
	/** Further annotations of the Job. */
	annotations?: Record<string, string>;
};

/** What of a repository is mounted into the mover. */
export type MoverRepository = {
	name: string;
	password: {secretName: string; key: string};
	/** Its Secret may be gone. */
	previousPassword?: {secretName: string; key: string};
	credentials?: {secretName: string; keys: string[]};
	claimName?: string;
	serviceAccountName?: string;
};

export type Placement = {
	/** The only node that can mount the volume. */
	node?: string;
	/** Nodes that have as many movers as they may. */
	avoidNodes?: string[];
	/** Of the pod beside which the mover must run. */
	tolerations?: Toleration[];
};

export type Toleration = NonNullable<ResolvedMoverSettings['tolerations']>[number] | {key?: string; operator?: string; value?: string; effect?: string; tolerationSeconds?: number};

export type MoverImage = {name: string; pullPolicy?: 'Always' | 'IfNotPresent' | 'Never'; pullSecrets?: readonly string[]};
