import type {Retention} from './retention-fields.ts';

/**
The only meeting point of controllers and mover: the request a Job carries, the lines it prints, the result it leaves and its exit codes.
The request comes as a file (a pod annotation through the downward API), credentials as mounted Secrets; neither ever as arguments or
environment. The result is the container's termination message.
*/

export const moverPaths = {
	request: '/lazarette/request/request.json',
	/** One file per key of the credentials Secret: accessKeyId, secretAccessKey, sessionToken?, caBundle?. */
	storageCredentials: '/lazarette/storage-credentials',
	/** The repository password, one file. */
	password: '/lazarette/encryption/password',
	/** The password before it, in probes only; absent unless the repository names one that exists. */
	previousPassword: '/lazarette/previous-encryption/password',
	/** Scratch space (emptyDir): finished packs wait here for their upload. */
	scratch: '/lazarette/scratch',
	/** The volume that is read or written. */
	volume: '/data',
	/** A filesystem repository's claim. */
	repository: '/repository',
	result: '/dev/termination-log',
} as const;

/** kubernetes.io termination messages are cut at 4096 bytes; the result always fits. */
export const resultMaxBytes = 4096;

export const moverExitCodes = {
	done: 0,
	unexpected: 1,
	badRequest: 2,
	storeUnavailable: 3,
	accessDenied: 4,
	repositoryDamaged: 5,
	sourceProblem: 6,
	targetProblem: 7,
	lockedByOther: 8,
	stopped: 143,
} as const;

export type MoverExitCode = (typeof moverExitCodes)[keyof typeof moverExitCodes];

export type MoverRequest = {
	version: 1;
	repository: RepositoryRequest;
	/** Who runs this and which movers of the namespace are alive: a lock of ours whose mover is in `deadPods`, or older than `observedAt` minus a margin and not in `livePods`, is removed. */
	holder: LockHolder;
	task: ProbeTask | BackupTask | RestoreTask | MaintainTask;
};

export type RepositoryRequest = {
	storage: S3StorageRequest | FilesystemStorageRequest;
	layout: 'Restic';
	/** Once an ID is known, anything else found at the location is refused. */
	expectedId?: string;
	/** Bytes per second. */
	limits?: {upload?: number; download?: number};
	/** Of this mover: more ends it with BudgetExceeded. */
	budget?: {bytes?: number; requests?: number};
};

export type S3StorageRequest = {
	kind: 's3';
	endpoint?: string;
	region?: string;
	bucket: string;
	prefix: string;
	addressing: 'Auto' | 'Path' | 'VirtualHost';
	credentials: 'Secret' | 'WorkloadIdentity';
	/** PEM bundle beside the credentials is used when present. */
	caBundle: boolean;
};

export type FilesystemStorageRequest = {kind: 'filesystem'; path: string};

export type LockHolder = {
	/** `<Job>.<namespace>.<cluster>`: what this mover writes as the lock's hostname; a Job has one pod, and its name is known first. */
	name: string;
	/** Suffix `.<namespace>.<cluster>` of all lock names that this operator may judge. */
	scope: string;
	/** RFC 3339 */
	observedAt: string;
	/** Names of Jobs whose pod may still work. */
	livePods: string[];
	/** Names of Jobs whose pod has ended. */
	deadPods: string[];
};

export type ProbeTask = {
	kind: 'probe';
	/** Create the repository when the location is empty; never when anything of a repository is there. */
	initialize: boolean;
	/** Where the password opens nothing and the one before does, the password is added. */
	adoptPassword?: boolean;
};

export const careKinds = ['forget', 'prune', 'check', 'delete', 'removeKey'] as const;
export type CareKind = (typeof careKinds)[number];

/** One piece of repository care. All but `check` need the repository for themselves. */
export type MaintainTask = {kind: 'maintain'; work: MaintainWork};

export type MaintainWork =
	| ({kind: 'forget'} & ForgetWork)
	| {kind: 'prune'; /** Applied first. */ forget?: ForgetWork; maxRepackBytes?: number; timeLimitSeconds: number}
	/** Reads the `part`-th of `parts` shares of the data, counted from 1. */
	| {kind: 'check'; part: number; parts: number; timeLimitSeconds: number}
	/** Full IDs. Those in `evenLast` are removed also when they are the last good archive of their claim. */
	| {kind: 'delete'; archives: string[]; evenLast: string[]}
	| {kind: 'removeKey'; keyId: string};

export type ForgetWork = {
	/** Archives with this tag are thinned out by this policy, each claim's by itself; no two have the same tag. */
	scopes: RetentionScope[];
	/** For all other archives, those of each schedule that is gone by themselves. */
	fallback?: {retention: Retention; fingerprint: string};
	/** `<tag>@<fingerprint>`, the tag empty for archives of no schedule: what others would remove is told and stays. */
	accepted: string[];
};

export type RetentionScope = {tag: string; retention: Retention; fingerprint: string};

export type BackupTask = {
	kind: 'backup';
	/** Archive paths: the volume appears as `/<claimName>`. */
	claimName: string;
	hostname: string;
	tags: string[];
	include: string[];
	exclude: string[];
	onEmptySource: 'Fail' | 'Warn' | 'Allow';
	onUnreadableFile: 'Fail' | 'Warn';
	/** RFC 3339: when the capture was cut; the archive's time. Absent for a live read: then the start of the read. */
	capturedAt?: string;
	/** In a user namespace some owners cannot be seen, and the result says so. */
	identity: MoverIdentity;
};

export type RestoreTask = {
	kind: 'restore';
	/** UID of the VolumeRestore: attempts of one run go on in the target that an earlier one began to fill. */
	run: string;
	from: {archive: string} | {claimName: string; hostname: string; asOf?: string; previous?: number};
	paths: string[];
	/** `RequireEmpty`: the target must hold nothing, else nothing is touched. */
	overwrite: 'RequireEmpty' | 'Never' | 'IfChanged' | 'IfNewer' | 'Always';
	deleteExtra: boolean;
	onMissing: 'Fail' | 'LeaveEmpty';
	/** Restore what is whole, and fail for the rest. */
	skipDamaged?: true;
	identity: MoverIdentity;
};

export type MoverIdentity = 'UserNamespaceRoot' | 'HostRoot' | 'Unprivileged';

/** A line on stdout is JSON; those with `progress` feed status while the mover runs, all others are its log. */
export type ProgressLine = {progress: Progress};

export type Progress = {
	phase: 'Opening' | 'Scanning' | 'Moving' | 'Verifying' | 'Finishing';
	/** RFC 3339; when the first byte or directory of the volume was read. */
	firstReadAt?: string;
	filesDone: number;
	bytesDone: number;
	/** Unknown while the walk is still running. */
	filesTotal?: number;
	bytesTotal?: number;
	bytesAdded: number;
};

export type MoverResult = {
	version: 1;
	exitCode: MoverExitCode;
	outcome: 'Succeeded' | 'SucceededWithWarnings' | 'Failed';
	/** An ErrorCode of base/errors.ts; present when failed. */
	errorCode?: string;
	message: string;
	timings: {startedAt: string; openedAt?: string; firstReadAt?: string; endedAt: string};
	backup?: BackupCounts;
	restore?: RestoreCounts;
	repository?: RepositoryFacts;
	maintenance?: MaintenanceFacts;
	/** Bounded; `skippedTotal` counts all. Paths are printable: other bytes escaped as \xNN. */
	skipped: SkippedEntry[];
	skippedTotal: number;
	removedLocks: number;
};

export type BackupCounts = {
	archive?: string;
	parent?: string;
	filesTotal: number;
	filesNew: number;
	filesChanged: number;
	filesUnmodified: number;
	directories: number;
	bytesRead: number;
	bytesTotal: number;
	bytesAdded: number;
	bytesStored: number;
};

export type RestoreCounts = {
	archive?: string;
	archiveTime?: string;
	filesTotal: number;
	filesRestored: number;
	filesUnchanged: number;
	filesDeleted: number;
	bytesRestored: number;
	bytesTotal: number;
};

export type RepositoryFacts = {
	id: string;
	created: boolean;
	archives: number;
	newest: NewestArchive[];
	/** bytes in pack files */
	storedBytes?: number;
	/** of all archives as they were read, as far as their summaries tell */
	logicalBytes?: number;
	locks: number;
	/** Bounded; `locks` counts all. */
	heldLocks?: HeldLockFacts[];
	/** ID of the key that the password opens. */
	keyId?: string;
	/** ID of the key that the password before it opens, when the mover was given one and it opens any. */
	previousKeyId?: string;
};

export type HeldLockFacts = {id: string; hostname: string; username: string; exclusive: boolean; refreshedAt: string};

/** What a piece of care did; lists are bounded, counts are whole. */
export type MaintenanceFacts = {
	kind: CareKind;
	/** Archives left in the repository. */
	archives?: number;
	forget?: ForgetFacts;
	prune?: {freedBytes: number; unusedBytes: number; limitReached: boolean};
	/** It did not end within its time, and so nobody has counted what it freed. */
	pruneStopped?: true;
	check?: {part: number; parts: number; problems: number; warnings: number; bytesRead: number; findings: {object: string; message: string}[]};
	/** Archives that were to be removed and stay, by the first 16 digits of the ID they were asked for by. */
	retained?: {id: string; reason: 'LastGood' | 'Pinned'}[];
};

export type ForgetFacts = {
	removed: number;
	kept: number;
	/** Kept only because they are the last good archive of their claim. */
	lastGood: number;
	/** Some of those that were removed. */
	removedExamples: NewestArchive[];
	/** Policies that are not in force, with what they would remove; of those that would remove nothing the mover says so with 0. */
	review: {policy: string; remove: number; keep: number}[];
	reviewExamples: NewestArchive[];
};

export type NewestArchive = {id: string; time: string; hostname: string; path: string};

export type SkippedEntry = {path: string; reason: string};
