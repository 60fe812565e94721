/** A column of `kubectl get`. */
export type Column = {
	name: string;
	type: 'string' | 'integer' | 'boolean' | 'date';
	jsonPath: string;
	/** 0: always shown; 1: with `-o wide`. */
	priority: 0 | 1;
	description: string;
};

const column = (name: string, jsonPath: string, description: string, more: Partial<Column> = {}): Column =>
	({name, type: 'string', jsonPath, priority: 0, description, ...more});

const ready = column('Ready', '.status.conditions[?(@.type=="Ready")].status', 'Whether the object does or did what it is for.');
const reason = column('Reason', '.status.conditions[?(@.type=="Ready")].reason', 'Why Ready is what it is.');
const outcome = column('Outcome', '.status.outcome', 'What the run really did.');
const duration = column('Duration', '.status.summary.duration', 'How long the run took.');
const age = column('Age', '.metadata.creationTimestamp', 'When the object was created.', {type: 'date'});

export const columns = {
	BackupRepository: [
		ready,
		reason,
		column('Storage', '.status.summary.storage', 'The kind of storage and the bucket or claim.'),
		column('Archives', '.status.archives', 'How many archives the repository holds.', {type: 'integer'}),
		column('Size', '.status.summary.size', 'What the archives occupy in the store.'),
		column('Last check', '.status.maintenance.check.lastTime', 'When the repository was last checked.', {type: 'date'}),
		column('Last probe', '.status.lastProbeTime', 'When the repository was last opened with success.', {type: 'date', priority: 1}),
		column('ID', '.status.repositoryId', 'The ID in the repository\'s config.', {priority: 1}),
		age,
	],
	VolumeBackup: [
		ready,
		outcome,
		column('Source', '.status.summary.source', 'The claim, or how many claims there are.'),
		column('Added', '.status.summary.added', 'What the repository did not have yet.'),
		duration,
		age,
		column('Archive', '.status.summary.archive', 'The archive\'s ID, shortened.', {priority: 1}),
		column('Node', '.status.summary.node', 'Where the mover runs or ran.', {priority: 1}),
		{...reason, priority: 1},
	],
	VolumeBackupSchedule: [
		ready,
		column('Schedule', '.status.summary.schedule', 'When it runs.'),
		column('Suspended', '.spec.suspend', 'Whether the spec holds it back.', {type: 'boolean'}),
		column('Last success', '.status.lastSuccessTime', 'When a run last ended with every claim archived.', {type: 'date'}),
		column('Next', '.status.summary.next', 'When the next run starts, in UTC.'),
		age,
		column('Last outcome', '.status.lastRun.outcome', 'What the last run that has ended really did.', {priority: 1}),
		column('Cause', '.status.lastRun.cause', 'Why the last run was made.', {priority: 1}),
		{...reason, priority: 1},
	],
	VolumeRestore: [
		ready,
		outcome,
		column('Archive', '.status.summary.archive', 'The archive\'s ID, shortened.'),
		column('Target', '.status.summary.target', 'The claim that is written.'),
		column('Restored', '.status.summary.restored', 'What was written.'),
		duration,
		age,
		column('Node', '.status.node', 'Where the mover runs or ran.', {priority: 1}),
		{...reason, priority: 1},
	],
} as const satisfies Record<string, readonly Column[]>;
