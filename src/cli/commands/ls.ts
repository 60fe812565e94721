import {Command} from 'commander';
import {printableName} from '../../engine/file-system/printable-path.ts';
import {findNode} from '../../engine/look/find-node.ts';
import type {Node} from '../../repository/node.ts';
import type {ArchiveReader} from '../../repository/repository.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {addLatestOf, findLatestOf} from '../latest.ts';
import type {LatestOf} from '../latest.ts';
import {withRepository} from '../open-repository.ts';
import {formatNode, jsonNode} from '../render/format-node.ts';

export const lsCommand = (context: CliContext): Command =>
	addLatestOf(
		new Command('ls')
			.description('list what an archive holds')
			.argument('<archive>', 'ID, the beginning of one, or latest')
			.argument('[path]', 'what to list, as the archive shows it', '/')
			.option('-R, --recursive', 'with everything below', false),
	)
		.action(async (wish: string, path: string, {recursive, ...of}: LatestOf & {recursive: boolean}, command: Command) => {
			const {json} = command.optsWithGlobals<GlobalOptions>();
			await withRepository(command, context, async repository => {
				const archive = findLatestOf(await repository.archives(context.signal), wish, of);
				const reader = await repository.openArchive(archive, context.signal);
				const names = path.split('/').filter(name => name !== '');
				const node = await findNode(reader, archive, path, context.signal);
				const at = names.length === 0 ? '' : `/${names.join('/')}`;
				if (node && node.subtree === undefined) {
					context.line(json ? JSON.stringify(jsonNode(at, node)) : formatNode(at, node));
					return;
				}
				for await (const entry of entriesBelow(reader, node?.subtree ?? archive.tree, at, recursive, context.signal)) {
					context.line(json ? JSON.stringify(jsonNode(entry.path, entry.node)) : formatNode(entry.path, entry.node));
				}
			});
		});

async function* entriesBelow(reader: ArchiveReader, tree: string, path: string, recursive: boolean, signal: AbortSignal): AsyncGenerator<{path: string; node: Node}> {
	for await (const node of reader.readTree(tree, signal)) {
		const at = `${path}/${printableName(node.name)}`;
		yield {path: at, node};
		if (recursive && node.subtree !== undefined) yield* entriesBelow(reader, node.subtree, at, recursive, signal);
	}
}
