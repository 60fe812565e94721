import type {Clock} from '../../base/clock.ts';
import type {Archive} from '../../repository/archive.ts';
import type {Repository} from '../../repository/repository.ts';
import {DirectoryCache} from '../file-system/directory-cache.ts';
import type {FileSystem} from '../file-system/file-system.ts';
import {Pace} from '../pace.ts';
import {ProgressMeter} from '../progress-meter.ts';
import {compileSelector} from '../select/selector.ts';
import type {Ownership} from './apply-metadata.ts';
import type {Overwrite} from './decide.ts';
import {deleteExtra} from './delete-extra.ts';
import {findSubtree} from './find-subtree.ts';
import type {RestoreProblem} from './problems.ts';
import type {RestoreOutcome, RestoreProgress} from './restore-outcome.ts';
import {RestoreRun} from './restore-run.ts';
import {RestoreWalk} from './restore-walk.ts';
import {defaultLimits} from './segment.ts';
import type {SegmentLimits} from './segment.ts';
import {isEmptyTarget, openTarget, targetFailure} from './target.ts';

export type RestoreArchive = {
	repository: Repository;
	fileSystem: FileSystem;
	archive: Archive;
	/** Directory of the archive that becomes the target's root: `/orders-db`. The archive's root unless given. */
	subtree?: string;
	/** Made if it does not exist. */
	target: string;
	/** Globs below the subtree, as docs/filters.md has them; all when empty. */
	paths: readonly string[];
	/** What `paths` is called where the user wrote it, for messages. */
	pathsField?: string;
	overwrite: Overwrite;
	/** Remove what the archive does not have, of what `paths` selects. */
	deleteExtra: boolean;
	/** Change nothing and say what would be changed. */
	preview: boolean;
	ownership: Ownership;
	/** How much is planned at a time; more takes more memory and makes longer requests. */
	limits?: SegmentLimits;
	onProgress?: (progress: RestoreProgress) => void;
	/** Every problem as soon as it is met; the outcome lists the first ones only. */
	onProblem?: (problem: RestoreProblem) => void;
	clock: Clock;
	signal: AbortSignal;
};

/**
Brings a directory of an archive back. Every blob is verified before it is written; a run that was cut off at any point can be repeated and fetches only what is missing.
No link in the target is followed, no name of the archive leads out of it.
@throws LazaretteError `TargetFull`, `TargetReadOnly`, `ArchiveNotFound` (no such subtree), `InvalidGlob`, `RepositoryDamaged`, and what else the repository throws
*/
export async function restoreArchive(options: RestoreArchive): Promise<RestoreOutcome> {
	const {repository, fileSystem, archive, overwrite, preview, signal, clock} = options;
	const scope = compileSelector({include: options.paths, fields: {include: options.pathsField ?? 'paths', exclude: 'exclude'}});
	const reader = await repository.openArchive(archive, signal);
	const subtree = await findSubtree(reader, options.subtree ?? '/', signal);
	const target = openTarget(fileSystem, options.target, !preview);
	const directories = target && new DirectoryCache(target);
	try {
		const run = new RestoreRun({limits: defaultLimits, ...options, onProblem: options.onProblem, reader, directories, pace: new Pace(clock, signal)});
		const {tally} = run;
		const meter = new ProgressMeter<RestoreProgress>({clock, report: options.onProgress, current: () => progressOf(run)});
		run.meter = meter;
		meter.now();

		// The root of a volume was there before; what it should look like is the archive's to say unless only parts are wanted or nothing may be overwritten.
		const corrects = scope.taken && (overwrite !== 'Never' || (target !== undefined && isEmptyTarget(target)));
		await new RestoreWalk(run).restore(subtree, directories?.root ?? noPlace, scope, corrects);
		if (directories && options.deleteExtra) await deleteExtra(run, subtree, scope);
		if (target && !preview) await fileSystem.sync(target);
		meter.now();
		return {
			tally,
			problems: run.problems.items,
			problemsTotal: run.problems.total,
			failed: run.failed,
			changes: run.changes.items,
			changesTotal: run.changes.total,
		};
	} catch (error) {
		throw targetFailure(error, options.target);
	} finally {
		directories?.close();
	}
}

const noPlace = {parent: undefined, name: Buffer.alloc(0)};

const progressOf = ({tally}: RestoreRun): RestoreProgress => ({
	filesDone: tally.filesRestored + tally.filesUnchanged + tally.filesKept,
	bytesDone: tally.bytesRestored + tally.bytesUnchanged,
	bytesTotal: tally.bytesTotal,
});
