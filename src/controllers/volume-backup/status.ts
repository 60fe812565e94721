import type {Condition} from '../../api/v1alpha1/object-meta.ts';
import type {MilestoneReason} from '../../api/v1alpha1/conditions.ts';
import type {VolumeBackupStatus, VolumeStatus} from '../../api/v1alpha1/volume-backup.ts';
import {humanBytes, humanDuration} from '../shared/human.ts';
import type {ConditionFrame, Standing} from '../shared/standing.ts';
import {isFine, withCondition, withStanding} from '../shared/standing.ts';

/** The status of a run that stands like this. Pure: what changed is for the caller to find out. */
export function backupStatus(draft: VolumeBackupStatus, standing: Standing, frame: ConditionFrame): VolumeBackupStatus {
	const volumes = draft.volumes ?? [];
	const ended = draft.outcome !== undefined;
	const milestone = (list: readonly Condition[], type: string, reached: MilestoneReason | undefined, done: string, open: string): Condition[] =>
		reached
			? withCondition(list, {type, status: 'True', reason: reached, message: done}, frame)
			: withCondition(list, {type, status: 'False', reason: standing.reason, message: `${open}${ended ? '' : ' yet'}; Ready says why`}, frame);

	let conditions = withStanding(draft.conditions ?? [], standing, frame);
	if (ended) conditions = withCondition(conditions, {type: 'Succeeded', status: isFine(standing.reason) ? 'True' : 'False', reason: standing.reason, message: standing.message}, frame);
	conditions = milestone(conditions, 'Captured', capturedBy(volumes), `the view of ${claimsOf(volumes)} is taken`, 'not every claim has its view');
	conditions = milestone(conditions, 'Archived', volumes.length > 0 && volumes.every(({archive}) => archive) ? 'ArchiveVisible' : undefined, `${claimsOf(volumes)} ${volumes.length === 1 ? 'has its archive' : 'have their archives'}`, 'not every claim has its archive');

	const summary = summaryOf(draft);
	return {
		...draft,
		observedGeneration: frame.generation,
		conditions,
		...(ended && {bytesAdded: sum(volumes, 'bytesAdded'), durationSeconds: seconds(draft.startTime, draft.completionTime)}),
		...(Object.keys(summary).length > 0 && {summary}),
	};
}

/** What the run's end says in a sentence. */
export function conclusionOf({outcome, volumes = []}: VolumeBackupStatus): Standing {
	const failed = volumes.filter(volume => volume.outcome === 'Failed');
	const first = failed[0];
	if (outcome === 'Failed' && first) {
		const message = volumes.length === 1 ? first.message! : `${failed.length} of ${volumes.length} claims failed; claim ${first.claimName}: ${first.message}`;
		return {reason: first.reason as Standing['reason'], message};
	}

	const skipped = sum(volumes, 'filesSkipped');
	const warnings = skipped > 0 ? `; ${skipped} ${skipped === 1 ? 'entry' : 'entries'} could not be read (onUnreadableFile: Warn)` : '';
	const said = outcome === 'SucceededWithWarnings' && skipped === 0 ? `; ${volumes.find(volume => volume.outcome === outcome)?.message}` : '';
	const done = volumes.length === 1 ? `claim ${volumes[0]!.claimName} is archived as ${volumes[0]!.archive?.slice(0, 8)}` : `${volumes.length} of ${volumes.length} claims archived`;
	return {reason: outcome === 'SucceededWithWarnings' ? 'SucceededWithWarnings' : 'Succeeded', message: `${done}${warnings}${said}`};
}

const milestoneOf = {Snapshot: 'SnapshotTaken', Clone: 'CloneTaken', Direct: 'LiveRead'} as const satisfies Record<string, MilestoneReason>;

/** A snapshot is cut when its time is known; a clone when a mover could start from it. */
function capturedBy(volumes: readonly VolumeStatus[]): MilestoneReason | undefined {
	const taken = volumes.map(({capture, capturedAt, node, archive}) => {
		if (!capture) return undefined;
		const cut = capture.method === 'Direct' || archive !== undefined || (capture.method === 'Snapshot' ? capturedAt !== undefined : node !== undefined);
		return cut ? milestoneOf[capture.method] : undefined;
	});
	if (taken.length === 0 || taken.includes(undefined)) return undefined;
	return new Set(taken).size === 1 ? taken[0] : 'SeveralWays';
}

function summaryOf({volumes = [], startTime, completionTime}: VolumeBackupStatus): NonNullable<VolumeBackupStatus['summary']> {
	const archives = volumes.flatMap(({archive}) => archive ?? []);
	const nodes = [...new Set(volumes.flatMap(({node}) => node ?? []))];
	const [source] = volumes;
	return {
		...(source && {source: volumes.length === 1 ? source.claimName : `${volumes.length} claims`}),
		...(archives[0] && {archive: archives.length === 1 ? archives[0].slice(0, 8) : `${archives.length} archives`}),
		...(archives[0] && {added: humanBytes(sum(volumes, 'bytesAdded'))}),
		...(completionTime && {duration: humanDuration(seconds(startTime, completionTime))}),
		...(nodes[0] && {node: nodes.length === 1 ? nodes[0] : `${nodes.length} nodes`}),
	};
}

const claimsOf = (volumes: readonly VolumeStatus[]): string => (volumes.length === 1 ? `claim ${volumes[0]!.claimName}` : `all ${volumes.length} claims`);

const sum = (volumes: readonly VolumeStatus[], field: 'bytesAdded' | 'filesSkipped'): number => volumes.reduce((total, volume) => total + (volume[field] ?? 0), 0);

const seconds = (from: string | undefined, to: string | undefined): number => Math.max(0, Math.round((Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000)) || 0;
