import {Command} from 'commander';
import {diffArchives, newDiffTally} from '../../engine/look/diff-archives.ts';
import type {ArchiveChange, DiffTally, EntryCounts} from '../../engine/look/diff-archives.ts';
import {shortId} from '../../repository/archive.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {findArchive} from '../find-archive.ts';
import {withRepository} from '../open-repository.ts';
import {formatBytes} from '../render/format-bytes.ts';

/** As restic shows them. */
const signs: Record<ArchiveChange['change'], string> = {Added: '+', Removed: '-', Type: 'T', Content: 'M', Metadata: 'U'};

export const diffCommand = (context: CliContext): Command =>
	new Command('diff')
		.description('show what changed between two archives: + added, - removed, M content, U metadata, T type')
		.argument('<before>', 'ID, the beginning of one, or latest')
		.argument('<after>', 'ID, the beginning of one, or latest')
		.option('--no-metadata', 'leave out what has the same content')
		.action(async (wishBefore: string, wishAfter: string, {metadata}: {metadata: boolean}, command: Command) => {
			const {json} = command.optsWithGlobals<GlobalOptions>();
			await withRepository(command, context, async repository => {
				const archives = await repository.archives(context.signal);
				const [before, after] = [findArchive(archives, wishBefore), findArchive(archives, wishAfter)];
				const reader = await repository.openArchive(before, context.signal);
				try {
					const tally = newDiffTally();
					for await (const {path, change, before: old, after: young} of diffArchives({reader, before, after, signal: context.signal}, tally)) {
						if (change === 'Metadata' && !metadata) continue;
						const slash = (young ?? old)!.type === 'dir' ? '/' : '';
						context.line(json ? JSON.stringify({path: `${path}${slash}`, change}) : `${signs[change]} ${path}${slash}`);
					}
					for (const line of json ? [JSON.stringify({before: before.id, after: after.id, ...tally})] : summary(tally)) context.line(line);
					if (!json) context.line(`compared archive ${shortId(before.id)} of ${before.time.toISOString()} with ${shortId(after.id)} of ${after.time.toISOString()}`);
				} finally {
					await reader.close();
				}
			});
		});

function summary({added, removed, changed, othersChanged, typesChanged, metadataChanged}: DiffTally): string[] {
	const counts = ({files, directories, others, bytes}: EntryCounts): string => `${files} files (${formatBytes(bytes)}), ${directories} directories, ${others} others`;
	return [
		`added:   ${counts(added)}`,
		`removed: ${counts(removed)}`,
		`changed: ${changed.files} files (${formatBytes(changed.bytesBefore)} before, ${formatBytes(changed.bytesAfter)} after), ${othersChanged} others, ${typesChanged} types, ${metadataChanged} only in their metadata`,
	];
}
