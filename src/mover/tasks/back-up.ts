import {moverPaths} from '../../api/v1alpha1/mover-contract.ts';
import type {BackupTask, MoverRequest} from '../../api/v1alpha1/mover-contract.ts';
import {programVersion} from '../../base/version.ts';
import {archiveDirectory} from '../../engine/archive/archive-directory.ts';
import type {ArchiveOutcome} from '../../engine/archive/archive-outcome.ts';
import {directoriesTotal, filesTotal} from '../../engine/archive/tally.ts';
import {openLinuxFileSystem} from '../../engine/file-system/linux/open-linux-file-system.ts';
import {shortId} from '../../repository/archive.ts';
import type {Storage} from '../../storage/storage.ts';
import type {MoverContext, TaskResult} from '../mover-context.ts';
import {withRepository} from '../open-request-repository.ts';
import {chooseComparison, fileSystemTypeOf} from './choose-comparison.ts';
import {watchOwners} from './hidden-owners.ts';

/** Turns the mounted volume into an archive under `/<claim>`, so that it keeps its name wherever it is mounted and whichever tool reads it. */
export async function backUp(request: MoverRequest, task: BackupTask, storage: Storage, context: MoverContext): Promise<TaskResult> {
	const {clock, signal, progress} = context;
	const fileSystem = await openLinuxFileSystem();
	const owners = watchOwners(task.identity);
	return withRepository(request, storage, context, async repository => {
		const outcome = await archiveDirectory({
			repository,
			fileSystem,
			source: {directory: moverPaths.volume, recordedAs: `/${task.claimName}`},
			hostname: task.hostname,
			claim: {name: task.claimName},
			username: 'lazarette',
			tags: task.tags,
			time: task.capturedAt === undefined ? clock.now() : new Date(task.capturedAt),
			parent: 'auto',
			comparison: chooseComparison({capturedAt: task.capturedAt, fileSystemType: fileSystemTypeOf(moverPaths.volume)}),
			include: task.include,
			exclude: task.exclude,
			fields: {include: 'spec.include', exclude: 'spec.exclude'},
			onEmptySource: lowerCase(task.onEmptySource),
			onUnreadable: lowerCase(task.onUnreadableFile),
			identities: owners.identities,
			programVersion,
			onProgress({firstReadAt, filesDone, bytesDone, bytesAdded}) {
				progress.update({phase: 'Moving', filesDone, bytesDone, bytesAdded, ...(firstReadAt && {firstReadAt: firstReadAt.toISOString()})});
			},
			clock,
			signal,
		});
		progress.update({phase: 'Finishing'});
		return taskResult({...outcome, warnings: [...outcome.warnings, ...owners.warnings()]}, repository.removedLocks);
	});
}

function taskResult({archive, parent, tally, added, skipped, skippedTotal, warnings}: ArchiveOutcome, removedLocks: number): TaskResult {
	const files = filesTotal(tally);
	return {
		outcome: warnings.length > 0 ? 'SucceededWithWarnings' : 'Succeeded',
		message: [`${files} files in archive ${shortId(archive.id)}`, ...warnings].join('; '),
		backup: {
			archive: archive.id,
			...(parent && {parent: parent.id}),
			filesTotal: files,
			filesNew: tally.filesNew,
			filesChanged: tally.filesChanged,
			filesUnmodified: tally.filesUnmodified,
			directories: directoriesTotal(tally),
			bytesRead: tally.bytesRead,
			bytesTotal: tally.bytesTotal,
			bytesAdded: added.bytes,
			bytesStored: added.storedBytes,
		},
		skipped: [...skipped],
		skippedTotal,
		removedLocks,
	};
}

const lowerCase = <Word extends string>(word: Word): Lowercase<Word> => word.toLowerCase() as Lowercase<Word>;
