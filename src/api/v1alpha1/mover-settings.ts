import {choice, integer, list, object, objectName, optional, quantity, set, stringMap, text} from './fields.ts';
import {Type} from 'typebox';
import type {Static} from 'typebox';

const quantities = (description: string) =>
	Type.Unsafe<Record<string, string | number>>({
		type: 'object',
		description,
		maxProperties: 16,
		additionalProperties: quantity('A quantity such as `512Mi` or `2`.'),
		'x-kubernetes-map-type': 'granular',
	});

const toleration = object('A toleration, as in a pod.', {
	key: optional(text('key is the taint\'s key; absent means every key, with operator Exists.', 316)),
	operator: choice('operator compares the taint\'s value: Exists, or Equal to `value`.', ['Exists', 'Equal'], {default: 'Equal'}),
	value: optional(text('value is the taint\'s value for operator Equal.', 63, {minLength: 0})),
	effect: optional(choice('effect is the taint\'s effect; absent means every effect.', ['NoSchedule', 'PreferNoSchedule', 'NoExecute'])),
	tolerationSeconds: optional(integer('tolerationSeconds is how long a NoExecute taint is tolerated; absent means for ever.', {minimum: 0, maximum: 2_147_483_647})),
});

const id = (description: string, minimum: number) => optional(integer(description, {minimum, maximum: 2_147_483_647}));

const securityContext = object('securityContext holds the IDs of an unprivileged mover, for volumes that only certain users can read.', {
	runAsUser: id('runAsUser is the mover\'s user ID; never 0, see identity. Default: 65532.', 1),
	runAsGroup: id('runAsGroup is the mover\'s main group ID. Default: 65532.', 0),
	fsGroup: id('fsGroup is given to a claim that the mover writes, never to one that it reads: setting it changes the files.', 0),
	supplementalGroups: optional(set('supplementalGroups are further group IDs of the mover.', integer('A group ID.', {minimum: 0, maximum: 2_147_483_647}), 16)),
});

/** How the pods run that read and write volumes. */
export const moverSettingsSchema = (description: string) => object(description, {
	identity: choice([
		'identity is as whom the mover runs. Auto: root inside a user namespace, where the nodes have them and the pod security level of the namespace admits it; else root on the node, if the namespace allows that; else an ordinary user.',
		'UserNamespace: root inside a user namespace or not at all. Unprivileged: an ordinary user, who reads what it may and restores no owners.',
		'HostRoot: root on the node, which the namespace must allow with the annotation lazarette.dev/privileged-movers: Allow. A run that leaves Auto gets what its repository says.',
	].join(' '), ['Auto', 'UserNamespace', 'Unprivileged', 'HostRoot'], {default: 'Auto'}),
	resources: optional(object('resources are the mover container\'s requests and limits. Default: requests of 100m CPU and 128Mi memory, a limit of 512Mi memory.', {
		requests: optional(quantities('requests is what the scheduler reserves.')),
		limits: optional(quantities('limits is what the mover cannot exceed.')),
	})),
	nodeSelector: optional(stringMap('nodeSelector names labels of nodes that may run the mover, beside what the volume demands.', {maxLength: 63})),
	tolerations: optional(list('tolerations lets the mover run on tainted nodes.', toleration, 32)),
	securityContext: optional(securityContext),
	budget: optional(object('budget stops a runaway mover. One that needs more ends its run with BudgetExceeded, and no archive of it becomes visible.', {
		bytes: optional(integer('bytes is the most that a mover sends to the store and receives from it, together.', {minimum: 1_048_576, maximum: Number.MAX_SAFE_INTEGER})),
		requests: optional(integer('requests is the most requests that a mover makes to the store, repeated ones included; a listing counts as one.', {minimum: 100, maximum: Number.MAX_SAFE_INTEGER})),
	})),
	serviceAccountName: optional(objectName('serviceAccountName is the mover\'s service account; its token is never mounted. Default: the one of the repository\'s workload identity, else `default`.')),
}, {default: {}});

export type MoverSettings = Static<ReturnType<typeof moverSettingsSchema>>;
export type MoverIdentityWish = MoverSettings['identity'];
