import {open, rm} from 'node:fs/promises';
import type {FileHandle} from 'node:fs/promises';
import {resolve} from 'node:path';
import {Command} from 'commander';
import {LazaretteError} from '../../base/errors.ts';
import {dumpFile} from '../../engine/look/dump-file.ts';
import {findNode} from '../../engine/look/find-node.ts';
import type {Node} from '../../repository/node.ts';
import type {CliContext, GlobalOptions} from '../cli-context.ts';
import {warningsExitCode} from '../cli-context.ts';
import {findArchive} from '../find-archive.ts';
import {withRepository} from '../open-repository.ts';
import {formatBytes} from '../render/format-bytes.ts';

type DumpOptions = {target?: string; force: boolean};

export const dumpCommand = (context: CliContext): Command =>
	new Command('dump')
		.description('write the content of one file to stdout, or to a file')
		.argument('<archive>', 'ID, the beginning of one, or latest')
		.argument('<path>', 'the file, as the archive shows it')
		.option('--target <file>', 'write it there instead')
		.option('--force', 'replace the target if it exists', false)
		.action(async (wish: string, path: string, {target, force}: DumpOptions, command: Command) => {
			await withRepository(command, context, async repository => {
				const archive = findArchive(await repository.archives(context.signal), wish);
				const reader = await repository.openArchive(archive, context.signal);
				try {
					const node = regularFile(await findNode(reader, archive, path, context.signal), path);
					const into = async (write: (bytes: Buffer) => Promise<void>): Promise<number> => dumpFile({reader, node, write, signal: context.signal});
					const written = target === undefined ? await into(bytes => context.bytes(bytes)) : await toFile(resolve(context.workingDirectory, target), force, into);
					if (target !== undefined) report(command, context, path, target, written);
					if (written !== node.size) {
						context.errorLine(`${path} is ${written} bytes long; the archive says ${node.size}`);
						context.exitCode = warningsExitCode;
					}
				} finally {
					await reader.close();
				}
			});
		});

function regularFile(node: Node | undefined, path: string): Node {
	if (node?.type === 'file') return node;
	const type = node?.type ?? 'dir';
	throw new LazaretteError('BadRequest', `${path} is no regular file, but a ${type === 'dir' ? 'directory' : type}`, {
		hint: type === 'dir' ? `lazarette restore --path brings a directory back; nothing was written` : 'dump a file; nothing was written',
	});
}

/** What could not be written whole does not stay. */
async function toFile(target: string, force: boolean, into: (write: (bytes: Buffer) => Promise<void>) => Promise<number>): Promise<number> {
	const file = await openTarget(target, force);
	try {
		const written = await into(async bytes => file.writeFile(bytes));
		await file.sync();
		await file.close();
		return written;
	} catch (error) {
		await file.close().catch(() => {});
		await rm(target, {force: true});
		throw targetError(error, target);
	}
}

async function openTarget(target: string, force: boolean): Promise<FileHandle> {
	try {
		return await open(target, force ? 'w' : 'wx', 0o600);
	} catch (error) {
		throw targetError(error, target);
	}
}

function targetError(error: unknown, target: string): unknown {
	const code = (error as NodeJS.ErrnoException).code;
	if (code === 'EEXIST') return new LazaretteError('TargetNotEmpty', `${target} exists already`, {hint: 'name another --target, or give --force to replace it', cause: error});
	if (code === 'ENOSPC' || code === 'EDQUOT') return new LazaretteError('TargetFull', `there is no room left for ${target} (${code})`, {hint: 'what was written of it was removed again', cause: error});
	if (code === 'EROFS') return new LazaretteError('TargetReadOnly', `${target} is on a read-only file system`, {cause: error});
	if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) return new LazaretteError('BadRequest', `${target} can not be written (${code})`, {hint: 'name a --target that this user may write', cause: error});
	return error;
}

function report(command: Command, context: CliContext, path: string, target: string, bytes: number): void {
	const {json} = command.optsWithGlobals<GlobalOptions>();
	context.line(json ? JSON.stringify({path, target, bytes}) : `${path} is in ${target}, ${formatBytes(bytes)}, every piece verified`);
}
