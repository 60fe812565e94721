import {Command, Option} from 'commander';
import {resolve} from 'node:path';
import {LazaretteError} from '../../base/errors.ts';
import {dumpFile} from '../../engine/look/dump-file.ts';
import {findNodes} from '../../engine/look/find-node.ts';
import {dumpDirectory} from '../../engine/look/tar/dump-directory.ts';
import type {Archive} from '../../repository/archive.ts';
import type {Node} from '../../repository/node.ts';
import type {ArchiveReader} from '../../repository/repository.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {warningsExitCode} from '../cli-context.ts';
import {addLatestOf, findLatestOf} from '../latest.ts';
import type {LatestOf} from '../latest.ts';
import {withRepository} from '../open-repository.ts';
import {formatBytes} from '../render/format-bytes.ts';
import {toTarget} from '../to-target.ts';
import type {Write} from '../to-target.ts';

type DumpOptions = LatestOf & {target?: string; force: boolean};

export const dumpCommand = (context: CliContext): Command =>
	addLatestOf(
		new Command('dump')
			.description('write one file, or a directory as a tar archive, to stdout or to a file')
			.argument('<archive>', 'ID, the beginning of one, or latest')
			.argument('<path>', 'the file or directory, as the archive shows it')
			.option('--target <file>', 'write it there instead')
			.option('--force', 'replace the target if it exists', false)
			.addOption(new Option('-a, --archive <format>', 'what a directory is written as').choices(['tar']).default('tar')),
	)
		.action(async (wish: string, path: string, {target, force, ...of}: DumpOptions, command: Command) => {
			await withRepository(command, context, async repository => {
				const archive = findLatestOf(await repository.archives(context.signal), wish, of);
				const reader = await repository.openArchive(archive, context.signal);
				try {
					const nodes = await findNodes(reader, archive, path, context.signal);
					const node = nodes.at(-1);
					if (target === undefined && node?.type !== 'file') refuseTerminal(context, path);
					const into = contentOf({path, archive, reader, nodes}, context);
					const written = target === undefined ? await into(bytes => context.bytes(bytes)) : await toTarget(resolve(context.workingDirectory, target), force, into);
					if (target !== undefined) report(command, context, {path, target, node, written});
				} finally {
					await reader.close();
				}
			});
		});

type Wanted = {path: string; archive: Archive; reader: ArchiveReader; /** From the root's child on; none for the root. */ nodes: readonly Node[]};

/** Writes the file or the directory and resolves to the bytes. */
function contentOf({path, archive, reader, nodes}: Wanted, context: CliContext): (write: Write) => Promise<number> {
	const {signal} = context;
	const node = nodes.at(-1);
	const complain = (where: string, problem: string): void => {
		context.errorLine(`${where}: ${problem}`);
		context.exitCode = warningsExitCode;
	};
	if (node?.type === 'file') {
		return async write => {
			const written = await dumpFile({reader, node, write, signal});
			if (written !== node.size) complain(path, `is ${written} bytes long; the archive says ${node.size}`);
			return written;
		};
	}
	if (node && node.type !== 'dir') throw new LazaretteError('BadRequest', `${path} is neither a regular file nor a directory, but a ${node.type}`, {hint: 'nothing was written'});
	const directory = node && {node, names: nodes.map(({name}) => name)};
	return async write => (await dumpDirectory({reader, archive, directory, write, onProblem: complain, signal})).bytes;
}

function refuseTerminal({out}: CliContext, path: string): void {
	if (out.isTTY === true) throw new LazaretteError('BadRequest', `${path} is a directory, and its tar archive is nothing for a terminal`, {hint: 'name a --target, or send it into a pipe; nothing was written'});
}

function report(command: Command, context: CliContext, {path, target, node, written}: {path: string; target: string; node: Node | undefined; written: number}): void {
	const {json} = command.optsWithGlobals<GlobalOptions>();
	const what = node?.type === 'file' ? path : `${path} with all below it, as a tar archive,`;
	context.line(json ? JSON.stringify({path, target, bytes: written}) : `${what} is in ${target}, ${formatBytes(written)}, every piece verified`);
}
