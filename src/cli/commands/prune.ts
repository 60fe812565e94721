import {Command} from 'commander';
import type {MadeRoom} from '../../repository/restic/full-store/make-room.ts';
import type {PruneOptions} from '../../repository/restic/prune/prune.ts';
import type {PruneResult} from '../../repository/restic/prune/prune-result.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';
import {parseMaxUnused, parseSize} from '../parse-size.ts';
import {formatBytes} from '../render/format-bytes.ts';

export type PruneFlags = {maxUnused?: ReturnType<typeof parseMaxUnused>; maxRepackSize?: number; storeIsFull?: string};

/** The options of a prune, also of one that comes right after forgetting. */
export const addPruneOptions = (command: Command): Command =>
	command
		.option('--max-unused <limit>', 'unused data that may stay: a share such as 5%, a size such as 500m, or unlimited; 5% unless given', parseMaxUnused)
		.option('--max-repack-size <size>', 'rewrite packs of no more than so much; the rest waits for another prune', parseSize)
		.option('--store-is-full <id>', 'when there is no room even for a lock: go without one until there is, and rewrite nothing; takes the repository\'s ID as your word that nobody else works on it');

export const pruneCommand = (context: CliContext): Command =>
	addPruneOptions(new Command('prune').description('remove data that no archive needs'))
		.option('--dry-run', 'say what would be removed, and remove nothing', false)
		.action(async ({dryRun, storeIsFull, ...flags}: PruneFlags & {dryRun: boolean}, command: Command) => {
			const {json} = command.optsWithGlobals<GlobalOptions>();
			await withRepository(command, context, async repository => {
				if (storeIsFull !== undefined && !dryRun) {
					const made = await repository.makeRoom({word: storeIsFull}, context.signal);
					context.line(json ? JSON.stringify(made) : describeRoom(made));
					return;
				}
				const result = await repository.prune({dryRun, ...pruneOptions(flags)}, context.signal);
				context.line(json ? JSON.stringify(result) : describePrune(result));
			});
		});

export const pruneOptions = ({maxUnused, maxRepackSize}: PruneFlags): Pick<PruneOptions, 'maxUnused' | 'maxRepackBytes'> => ({
	...(maxUnused && {maxUnused}),
	...(maxRepackSize !== undefined && {maxRepackBytes: maxRepackSize}),
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

export const describeRoom = ({freed, pruned}: MadeRoom): string =>
	[...(freed.packs > 0 ? [`${freed.packs} packs (${formatBytes(freed.bytes)}) were removed before there was room for a lock`] : []), describePrune(pruned)].join('\n');
