/** The API group and the names that objects of Lazarette carry; every other file takes them from here. */
export const group = 'lazarette.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;
export const category = 'lazarette';

export const kinds = {
	BackupRepository: {kind: 'BackupRepository', plural: 'backuprepositories', singular: 'backuprepository', shortNames: ['br']},
	VolumeBackup: {kind: 'VolumeBackup', plural: 'volumebackups', singular: 'volumebackup', shortNames: ['vb']},
	VolumeBackupSchedule: {kind: 'VolumeBackupSchedule', plural: 'volumebackupschedules', singular: 'volumebackupschedule', shortNames: ['vbs']},
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
	/** On a VolumeBackup: name of the VolumeBackupSchedule of its namespace that made it. */
	schedule: `${group}/schedule`,
	/** On a VolumeBackup: uid of that schedule, so that a namesake never counts the runs of another. */
	scheduleUid: `${group}/schedule-uid`,
	/** On a VolumeBackup of a schedule: why it was made, one of `runCauses`. */
	cause: `${group}/cause`,
} as const;

export const managedByValue = 'lazarette';

export const annotations = {
	/** On a mover's pod: the mover request, projected into the pod as a file. */
	moverRequest: `${group}/mover-request`,
	/** On a Namespace, value `Allow`: its movers may run as root on the host where user namespaces are missing. */
	privilegedMovers: `${group}/privileged-movers`,
	/** On a child: the claim that it serves. */
	claimName: `${group}/claim-name`,
	/** On a Job that tends a repository: what it does, as JSON. */
	care: `${group}/maintenance`,
	/** On a BackupRepository, value `status.retention.fingerprint`: policies under review are put in force at once. */
	acceptRetention: `${group}/accept-retention`,
	/** On a VolumeBackup with deletionPolicy Delete, value `Confirmed`: its archives go with it, also when many are deleted at once or it has a claim's last good archive. */
	confirmDeletion: `${group}/confirm-deletion`,
	/** On a child: name of its owner, which may be too long for a label. */
	ownerName: `${group}/owner-name`,
} as const;

export const privilegedMoversAllowed = 'Allow';

export const deletionConfirmed = 'Confirmed';

/** Tag of every archive that a schedule's runs make: `schedule=<namespace>/<name>`. */
export const scheduleTag = (namespace: string, name: string): string => `${scheduleTagPrefix}${namespace}/${name}`;

export const scheduleTagPrefix = 'schedule=';

/** Tag of an archive that was made for another cause than the time: `cause=oom`. */
export const causeTag = (cause: RunCause): string => `cause=${cause}`;

/** How a workload can fail, by its name in specs: the cause of the run that it leads to. */
export const failureCauses = {CrashLoop: 'crash-loop', OutOfMemory: 'oom', Unready: 'unready', NodeLost: 'node-lost', VolumeAbnormal: 'volume-abnormal'} as const;

export type WorkloadFailure = keyof typeof failureCauses;

/** Why a schedule made a run, as in its label and in status. */
export const runCauses = ['schedule', 'catch-up', 'continuous', 'manual', ...Object.values(failureCauses)] as const;

export type RunCause = (typeof runCauses)[number];

/** One server-side-apply manager per concern, so that an apply never takes away what another concern owns. */
export const fieldManagers = {
	children: 'lazarette-controller',
	status: 'lazarette-status',
	/** `status.deletion` of a VolumeBackup that is being deleted; the rest of its status stays as its run left it. */
	deletion: 'lazarette-deletion',
	finalizers: 'lazarette-finalizer',
} as const;

/** Holds an object until its mover has ended and its temporaries are gone. */
export const finalizer = `${group}/clean-up`;

/** Holds a VolumeBackup with deletionPolicy Delete until its archives are removed, or it is settled that they stay. */
export const archivesFinalizer = `${group}/archives`;

export const reportingController = `${group}/operator`;
