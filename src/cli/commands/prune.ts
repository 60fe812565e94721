import {Command} from 'commander';
import type {PruneResult} from '../../repository/restic/prune/prune-result.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';
import {formatBytes} from '../render/format-bytes.ts';

export const pruneCommand = (context: CliContext): Command =>
	new Command('prune')
		.description('remove data that no archive needs')
		.option('--dry-run', 'say what would be removed, and remove nothing', false)
		.action(async ({dryRun}: {dryRun: boolean}, command: Command) => {
			await withRepository(command, context, async repository => {
				const result = await repository.prune({dryRun}, context.signal);
				context.line(command.optsWithGlobals<GlobalOptions>().json ? JSON.stringify(result) : describePrune(result));
			});
		});

/** What a prune did, or would do. */
export function describePrune({dryRun, archives, blobs, packs, bytes, limitReached}: PruneResult): string {
	const removed = Object.values(packs.removed).reduce((sum, {count}) => sum + count, packs.unindexed.count);
	const repacked = Object.values(packs.repacked).reduce((sum, {count}) => sum + count, 0);
	return [
		`${archives} archives need ${blobs.used} blobs (${formatBytes(bytes.used)}); ${blobs.unused} are unused, ${blobs.duplicate} stored twice`,
		`${removed} packs ${dryRun ? 'would be' : 'were'} removed and ${repacked} rewritten, which ${dryRun ? 'would free' : 'freed'} ${formatBytes(Math.max(0, bytes.freed))}; ${formatBytes(bytes.unusedAfter)} unused ${dryRun ? 'would stay' : 'stay'}`,
		...(limitReached ? ['more is left for another prune'] : []),
	].join('\n');
}
