import {Command} from 'commander';
import {failureOf} from '../../api/v1alpha1/failures.ts';
import {findEntries} from '../../engine/look/find-entries.ts';
import {shortId} from '../../repository/archive.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {withRepository} from '../open-repository.ts';
import {parseInstant} from '../parse-instant.ts';
import {formatNode, jsonNode} from '../render/format-node.ts';
import {addSelection, selectArchives} from '../select-archives.ts';
import type {Selection} from '../select-archives.ts';

type FindOptions = Selection & {changedFrom?: string; changedTo?: string};

export const findCommand = (context: CliContext): Command =>
	addSelection(
		new Command('find')
			.description('look for files in archives')
			.argument('<pattern...>', 'globs from the archive\'s root; one without a slash is a name at any depth'),
	)
		.option('--changed-from <instant>', 'only what was last changed then or later, RFC 3339')
		.option('--changed-to <instant>', 'only what was last changed then or before, RFC 3339')
		.action(async (patterns: string[], options: FindOptions, command: Command) => {
			const {json} = command.optsWithGlobals<GlobalOptions>();
			const changedFrom = options.changedFrom === undefined ? undefined : parseInstant(options.changedFrom, '--changed-from');
			const changedTo = options.changedTo === undefined ? undefined : parseInstant(options.changedTo, '--changed-to');
			await withRepository(command, context, async repository => {
				const archives = selectArchives(await repository.archives(context.signal), options);
				const [first] = archives;
				if (!first) return;
				const reader = await repository.openArchive(first, context.signal);
				try {
					let shown: string | undefined;
					for await (const {archive, path, node} of findEntries({
						reader,
						archives,
						patterns,
						...(changedFrom && {changedFrom}),
						...(changedTo && {changedTo}),
						onDamaged(archive, path, error) {
							context.errorLine(`archive ${shortId(archive.id)} ${path}: ${error.message}`);
							context.exitCode = failureOf('RepositoryDamaged').exitCode;
						},
						signal: context.signal,
					})) {
						if (json) context.line(JSON.stringify({archive: archive.id, ...jsonNode(path, node)}));
						else {
							if (shown !== archive.id) context.line(`archive ${shortId(archive.id)} of ${archive.time.toISOString()}, host ${archive.hostname}`);
							context.line(`  ${formatNode(path, node)}`);
						}
						shown = archive.id;
					}
				} finally {
					await reader.close();
				}
			});
		});
