import type {Clock} from '../../base/clock.ts';
import {LazaretteError} from '../../base/errors.ts';
import type {Archive} from '../../repository/archive.ts';
import type {ArchiveReader, Repository} from '../../repository/repository.ts';
import {DirectoryCache} from '../file-system/directory-cache.ts';
import type {FileSystem} from '../file-system/file-system.ts';
import {Pace} from '../pace.ts';
import {ProgressMeter} from '../progress-meter.ts';
import {compileSelector} from '../select/selector.ts';
import type {Ownership} from './apply-metadata.ts';
import type {Overwrite} from './decide.ts';
import {deleteExtra} from './delete-extra.ts';
import {findDamage, withoutDamage} from './find-damage.ts';
import type {FindDamage} from './find-damage.ts';
import {findSubtree} from './find-subtree.ts';
import {findVolume} from './find-volume.ts';
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
	/** Instead of `subtree`: the directory that the archive was made of, whichever program made it. */
	volume?: boolean;
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
	/**
	Restore all that can be and report as problems what can not: everything is read once more beforehand, and a file that lacks any of its content is left out, not
	touched where it exists. Not together with `deleteExtra`.
	*/
	skipDamaged?: boolean;
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
	if (options.skipDamaged && options.deleteExtra) throw new LazaretteError('BadRequest', 'what is damaged can not be told from what the archive does not have', {hint: 'restore without deleting, or without skipping what is damaged; nothing was changed'});
	const opened = await repository.openArchive(archive, signal);
	const subtree = options.volume ? await findVolume(opened, signal) : await findSubtree(opened, options.subtree ?? '/', signal);
	const damaged: DamagedEntry[] = [];
	const reader = options.skipDamaged ? await surviving(opened, {treeId: subtree.treeId, scope, root: noPlace, onDamaged: (...entry) => void damaged.push(entry), signal}) : opened;
	const target = openTarget(fileSystem, options.target, !preview);
	const directories = target && new DirectoryCache(target);
	try {
		const run = new RestoreRun({limits: defaultLimits, ...options, onProblem: options.onProblem, reader, directories, pace: new Pace(clock, signal, breatheEveryMs)});
		const {tally} = run;
		const meter = new ProgressMeter<RestoreProgress>({clock, report: options.onProgress, current: () => progressOf(run)});
		run.meter = meter;
		meter.now();
		for (const entry of damaged) run.problem(...entry);

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
		await reader.close();
	}
}

/** What was planned is being fetched meanwhile: threads that have nothing left to open wait for this one. */
const breatheEveryMs = 2;

const noPlace = {parent: undefined, name: Buffer.alloc(0)};

type DamagedEntry = Parameters<FindDamage['onDamaged']>;

async function surviving(reader: ArchiveReader, options: Omit<FindDamage, 'reader'>): Promise<ArchiveReader> {
	try {
		return withoutDamage(reader, await findDamage({reader, ...options}));
	} catch (error) {
		await reader.close();
		throw error;
	}
}

const progressOf = ({tally}: RestoreRun): RestoreProgress => ({
	filesDone: tally.filesRestored + tally.filesUnchanged + tally.filesKept,
	bytesDone: tally.bytesRestored + tally.bytesUnchanged,
	bytesTotal: tally.bytesTotal,
});
