import {Command} from 'commander';
import {LazaretteError} from '../../base/errors.ts';
import {printableName} from '../../engine/file-system/printable-path.ts';
import type {Node} from '../../repository/node.ts';
import type {ArchiveReader} from '../../repository/repository.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {findArchive} from '../find-archive.ts';
import {withRepository} from '../open-repository.ts';
import {formatNode, jsonNode} from '../render/format-node.ts';

export const lsCommand = (context: CliContext): Command =>
	new Command('ls')
		.description('list what an archive holds')
		.argument('<archive>', 'ID, the beginning of one, or latest')
		.argument('[path]', 'directory to list, as the archive shows it', '/')
		.option('-R, --recursive', 'with everything below', false)
		.action(async (wish: string, path: string, {recursive}: {recursive: boolean}, command: Command) => {
			const {json} = command.optsWithGlobals<GlobalOptions>();
			await withRepository(command, context, async repository => {
				const archive = findArchive(await repository.archives(context.signal), wish);
				const reader = await repository.openArchive(archive, context.signal);
				const names = path.split('/').filter(name => name !== '');
				const start = await findTree(reader, names, context.signal);
				for await (const entry of entriesBelow(reader, start, names.length === 0 ? '' : `/${names.join('/')}`, recursive, context.signal)) {
					context.line(json ? JSON.stringify(jsonNode(entry.path, entry.node)) : formatNode(entry.path, entry.node));
				}
			});
		});

async function findTree(reader: ArchiveReader, names: string[], signal: AbortSignal): Promise<string> {
	let {tree} = reader.archive;
	for (const [depth, name] of names.entries()) {
		const node = await findNode(reader, tree, name, signal);
		if (node?.subtree === undefined) {
			const path = `/${names.slice(0, depth + 1).join('/')}`;
			throw new LazaretteError('ArchiveNotFound', `the archive has no directory ${path}`, {hint: 'lazarette ls lists what it has'});
		}

		tree = node.subtree;
	}

	return tree;
}

async function findNode(reader: ArchiveReader, tree: string, name: string, signal: AbortSignal): Promise<Node | undefined> {
	for await (const node of reader.readTree(tree, signal)) if (node.name.equals(Buffer.from(name)) || printableName(node.name) === name) return node;
	return undefined;
}

async function* entriesBelow(reader: ArchiveReader, tree: string, path: string, recursive: boolean, signal: AbortSignal): AsyncGenerator<{path: string; node: Node}> {
	for await (const node of reader.readTree(tree, signal)) {
		const at = `${path}/${printableName(node.name)}`;
		yield {path: at, node};
		if (recursive && node.subtree !== undefined) yield* entriesBelow(reader, node.subtree, at, recursive, signal);
	}
}
