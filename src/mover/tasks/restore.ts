import {moverPaths} from '../../api/v1alpha1/mover-contract.ts';
import type {MoverRequest, RestoreTask} from '../../api/v1alpha1/mover-contract.ts';
import {isLazaretteError, LazaretteError} from '../../base/errors.ts';
import type {FileSystem} from '../../engine/file-system/file-system.ts';
import {openLinuxFileSystem} from '../../engine/file-system/linux/open-linux-file-system.ts';
import {isFailure} from '../../engine/restore/problems.ts';
import {restoreArchive} from '../../engine/restore/restore-archive.ts';
import type {RestoreOutcome} from '../../engine/restore/restore-outcome.ts';
import {shortId} from '../../repository/archive.ts';
import type {Archive} from '../../repository/archive.ts';
import type {ResticRepository} from '../../repository/restic/restic-repository.ts';
import type {Storage} from '../../storage/storage.ts';
import type {MoverContext, TaskResult} from '../mover-context.ts';
import {withRepository} from '../open-request-repository.ts';
import {chooseArchive} from './choose-archive.ts';
import {claimTarget, releaseTarget} from './claim-target.ts';

/** Brings the archive that the task means into the mounted volume. */
export async function restore(request: MoverRequest, task: RestoreTask, storage: Storage, context: MoverContext): Promise<TaskResult> {
	const fileSystem = await openLinuxFileSystem();
	const {result, claimed, incomplete} = await withRepository(request, storage, context, async repository => {
		const archive = await find(repository, task, context.signal);
		if (!archive) return {result: leftEmpty(repository), claimed: false, incomplete: undefined};

		const mustBeEmpty = task.overwrite === 'RequireEmpty';
		if (mustBeEmpty) await claimTarget(moverPaths.volume, task.run);
		const outcome = await fill(repository, archive, fileSystem, task, context);
		const done = taskResult(archive, outcome, repository.removedLocks);
		if (outcome.failed > 0 && !isDamaged(outcome)) throw unfinished(archive, outcome);
		return {result: done, claimed: mustBeEmpty, incomplete: outcome.failed > 0 ? damaged(archive, outcome) : undefined};
	});
	// Last of all: without its mark, a target that an attempt has filled looks like anybody's to the next one.
	if (claimed) await releaseTarget(moverPaths.volume, fileSystem);
	if (!incomplete) return result;
	const {restore: counts, skipped, skippedTotal} = result;
	context.achieved({...(counts && {restore: counts}), skipped, skippedTotal});
	throw incomplete;
}

async function find(repository: ResticRepository, task: RestoreTask, signal: AbortSignal): Promise<Archive | undefined> {
	const archives = await repository.archivesAtOpening(signal);
	try {
		return chooseArchive(archives, task.from);
	} catch (error) {
		if (task.onMissing === 'LeaveEmpty' && isLazaretteError(error, 'ArchiveNotFound')) return undefined;
		throw error;
	}
}

async function fill(repository: ResticRepository, archive: Archive, fileSystem: FileSystem, task: RestoreTask, {clock, signal, progress}: MoverContext): Promise<RestoreOutcome> {
	progress.update({phase: 'Moving', firstReadAt: clock.now().toISOString()});
	const outcome = await restoreArchive({
		repository,
		fileSystem,
		archive,
		volume: true,
		target: moverPaths.volume,
		paths: task.paths,
		pathsField: 'spec.paths',
		// An empty target, or one that an earlier attempt of this run began to fill.
		overwrite: task.overwrite === 'RequireEmpty' ? 'IfChanged' : task.overwrite,
		deleteExtra: task.deleteExtra,
		preview: false,
		skipDamaged: task.skipDamaged === true,
		ownership: 'archive',
		onProgress: ({filesDone, bytesDone, bytesTotal}) => progress.update({filesDone, bytesDone, bytesTotal}),
		clock,
		signal,
	});
	progress.update({phase: 'Finishing'});
	return outcome;
}

function taskResult(archive: Archive, {tally, problems, problemsTotal}: RestoreOutcome, removedLocks: number): TaskResult {
	const restored = `${tally.filesTotal} files of archive ${shortId(archive.id)} (${archive.time.toISOString()}) are in place`;
	return {
		outcome: problemsTotal > 0 ? 'SucceededWithWarnings' : 'Succeeded',
		message: problemsTotal > 0 ? `${restored}; ${problemsTotal} times something could not be re-applied, see skipped` : restored,
		restore: {
			archive: archive.id,
			archiveTime: archive.time.toISOString(),
			filesTotal: tally.filesTotal,
			filesRestored: tally.filesRestored,
			filesUnchanged: tally.filesUnchanged + tally.filesKept,
			filesDeleted: tally.entriesDeleted,
			bytesRestored: tally.bytesRestored,
			bytesTotal: tally.bytesTotal,
		},
		skipped: problems.map(({path, reason}) => ({path, reason})),
		skippedTotal: problemsTotal,
		removedLocks,
	};
}

const leftEmpty = ({removedLocks}: ResticRepository): TaskResult => ({
	outcome: 'Succeeded',
	message: 'the repository has no archive that fits spec.from, and spec.onMissing is LeaveEmpty: the target was left as it is',
	restore: {filesTotal: 0, filesRestored: 0, filesUnchanged: 0, filesDeleted: 0, bytesRestored: 0, bytesTotal: 0},
	skipped: [],
	skippedTotal: 0,
	removedLocks,
});

/** No further attempt would find more than this one. */
const isDamaged = ({problems}: RestoreOutcome): boolean => problems.some(({reason}) => damages.has(reason));

const damages: ReadonlySet<string> = new Set(['ContentDamaged', 'DirectoryDamaged']);
const mostNamed = 5;

function damaged(archive: Archive, {failed, tally, problems}: RestoreOutcome): LazaretteError {
	const paths = problems.filter(({reason}) => isFailure(reason)).map(({path}) => path);
	const named = `${paths.slice(0, mostNamed).join(', ')}${failed > mostNamed ? ` and ${failed - mostNamed} more` : ''}`;
	return new LazaretteError('RepositoryDamaged', `${failed} ${failed === 1 ? 'entry' : 'entries'} of archive ${shortId(archive.id)} ${failed === 1 ? 'was' : 'were'} left out, because the repository does not hold ${failed === 1 ? 'it' : 'them'} whole any more: ${named}; ${tally.filesRestored + tally.filesUnchanged + tally.filesKept} files are in place (spec.damaged: Skip)`, {
		hint: 'take the rest from an older archive, see spec.from.previous and spec.paths, and repair the repository',
	});
}

function unfinished(archive: Archive, {failed, problems}: RestoreOutcome): LazaretteError {
	const first = problems.find(({reason}) => isFailure(reason));
	return new LazaretteError('VerificationFailed', `${failed} entries of archive ${shortId(archive.id)} are not in the target${first ? `, the first ${first.path} (${first.reason}${first.detail ? `: ${first.detail}` : ''})` : ''}`, {
		hint: 'everything else is in place; another attempt writes only what is missing',
	});
}
