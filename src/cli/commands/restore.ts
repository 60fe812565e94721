import {Command, Option} from 'commander';
import {failureOf} from '../../api/v1alpha1/failures.ts';
import {openLinuxFileSystem} from '../../engine/file-system/linux/open-linux-file-system.ts';
import {restoreArchive} from '../../engine/restore/restore-archive.ts';
import type {RestoreOutcome} from '../../engine/restore/restore-outcome.ts';
import {shortId} from '../../repository/archive.ts';
import type {Archive} from '../../repository/archive.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {warningsExitCode} from '../cli-context.ts';
import {addLatestOf, findLatestOf} from '../latest.ts';
import type {LatestOf} from '../latest.ts';
import {withRepository} from '../open-repository.ts';
import {formatBytes, formatSeconds} from '../render/format-bytes.ts';
import {createProgressBar} from '../render/progress-bar.ts';

type RestoreOptions = LatestOf & {
	to: string;
	from?: string;
	path: string[];
	overwrite: 'Never' | 'IfChanged' | 'IfNewer' | 'Always';
	delete: boolean;
	preview: boolean;
	ownership?: 'archive' | 'keep';
	skipDamaged: boolean;
};

export const restoreCommand = (context: CliContext): Command =>
	addLatestOf(
		new Command('restore')
			.description('bring an archive back into a directory')
			.argument('<archive>', 'ID, the beginning of one, or latest')
			.requiredOption('--to <directory>', 'where to; made if it does not exist')
			.option('--from <path>', 'directory of the archive that becomes the target; the archive\'s root unless given')
			.option('--path <glob>', 'only what matches, below --from; may be repeated', (value: string, list: string[]) => [...list, value], [])
			.addOption(new Option('--overwrite <policy>', 'what happens to files that are there').choices(['Never', 'IfChanged', 'IfNewer', 'Always']).default('IfChanged'))
			.option('--delete', 'remove what the archive does not have', false)
			.option('--preview', 'say what would change, and change nothing', false)
			.option('--skip-damaged', 'restore all that can be: files whose content is damaged are left out and listed; reads everything twice', false)
			.addOption(new Option('--ownership <mode>', 'owners as in the archive, which only root can set, or whoever restores; archive for root unless given').choices(['archive', 'keep'])),
	)
		.action(async (wish: string, options: RestoreOptions, command: Command) => {
			const {json, quiet} = command.optsWithGlobals<GlobalOptions>();
			const {clock, signal} = context;
			const fileSystem = await openLinuxFileSystem();
			const bar = createProgressBar(json || quiet ? {write() {}} : context.err, clock);
			const begun = clock.monotonicMs();
			await withRepository(command, context, async repository => {
				const archive = findLatestOf(await repository.archivesAtOpening(signal), wish, options);
				const outcome = await restoreArchive({
					repository,
					fileSystem,
					archive,
					...(options.from !== undefined && {subtree: options.from}),
					target: options.to,
					paths: options.path,
					overwrite: options.overwrite,
					deleteExtra: options.delete,
					preview: options.preview,
					ownership: options.ownership ?? (process.getuid?.() === 0 ? 'archive' : 'keep'),
					skipDamaged: options.skipDamaged,
					onProgress: progress => bar.update(progress),
					onProblem({path, reason, detail}) {
						bar.done();
						if (!json) context.errorLine(`${path}: ${reason}${detail ? ` (${detail})` : ''}`);
					},
					clock,
					signal,
				}).finally(() => bar.done());
				for (const line of json ? [JSON.stringify({archive: archive.id, ...outcome})] : describe(archive, outcome, options, (clock.monotonicMs() - begun) / 1000)) context.line(line);
				const isDamaged = outcome.problems.some(({reason}) => reason === 'ContentDamaged' || reason === 'DirectoryDamaged');
				if (outcome.failed > 0) context.exitCode = failureOf(isDamaged ? 'RepositoryDamaged' : 'VerificationFailed').exitCode;
				else if (outcome.problemsTotal > 0) context.exitCode = warningsExitCode;
			});
		});

function describe(archive: Archive, {tally, problemsTotal, failed, changes, changesTotal}: RestoreOutcome, {to, preview}: RestoreOptions, seconds: number): string[] {
	const lines = preview ? changes.map(({path, change}) => `${change.padEnd(8)} ${path}`) : [];
	if (preview) lines.push(`${changesTotal} entries of ${to} would change; nothing was changed`);
	else {
		lines.push(`archive ${shortId(archive.id)} of ${archive.time.toISOString()} is in ${to}`);
		lines.push(`  files: ${tally.filesRestored} written, ${tally.filesUnchanged} had the content already, ${tally.filesKept} kept; ${tally.entriesDeleted} entries removed`);
		lines.push(`  data:  ${formatBytes(tally.bytesRestored)} restored in ${formatSeconds(seconds)}, every blob verified`);
	}

	if (problemsTotal > 0) lines.push(`  ${problemsTotal} problems${failed > 0 ? `, ${failed} entries are not in the target` : ': metadata that could not be re-applied'}`);
	return lines;
}
