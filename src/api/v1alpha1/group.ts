/** The API group and the names that objects of Lazarette carry; every other file takes them from here. */
export const group = 'lazarette.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;
export const category = 'lazarette';

export const kinds = {
	BackupRepository: {kind: 'BackupRepository', plural: 'backuprepositories', singular: 'backuprepository', shortNames: ['br']},
	VolumeBackup: {kind: 'VolumeBackup', plural: 'volumebackups', singular: 'volumebackup', shortNames: ['vb']},
	VolumeRestore: {kind: 'VolumeRestore', plural: 'volumerestores', singular: 'volumerestore', shortNames: ['vr']},
} as const;

export type Kind = keyof typeof kinds;

/** Kinds whose objects are one run each: they finish, and a finished run never changes its outcome. */
export const runKinds = ['VolumeBackup', 'VolumeRestore'] as const satisfies readonly Kind[];

export type RunKind = (typeof runKinds)[number];

export const isRunKind = (kind: string): kind is RunKind => (runKinds as readonly string[]).includes(kind);

export const labels = {
	managedBy: 'app.kubernetes.io/managed-by',
	component: 'app.kubernetes.io/component',
	/** uid of the BackupRepository, VolumeBackup or VolumeRestore that a child belongs to; names can be longer than a label value. */
	ownerUid: `${group}/owner-uid`,
	ownerKind: `${group}/owner-kind`,
	/** Name of the BackupRepository whose lock a mover may hold. */
	repository: `${group}/repository`,
	/** Which attempt of its owner a mover Job is, from 1. */
	attempt: `${group}/attempt`,
} as const;

export const managedByValue = 'lazarette';

export const annotations = {
	/** On a mover's pod: the mover request, projected into the pod as a file. */
	moverRequest: `${group}/mover-request`,
	/** On a Namespace, value `Allow`: its movers may run as root on the host where user namespaces are missing. */
	privilegedMovers: `${group}/privileged-movers`,
	/** On a child: the claim that it serves. */
	claimName: `${group}/claim-name`,
	/** On a child: name of its owner, which may be too long for a label. */
	ownerName: `${group}/owner-name`,
} as const;

export const privilegedMoversAllowed = 'Allow';

/** One server-side-apply manager per concern, so that an apply never takes away what another concern owns. */
export const fieldManagers = {
	children: 'lazarette-controller',
	status: 'lazarette-status',
	finalizers: 'lazarette-finalizer',
} as const;

/** Holds an object until its mover has ended and its temporaries are gone. */
export const finalizer = `${group}/clean-up`;

export const reportingController = `${group}/operator`;
