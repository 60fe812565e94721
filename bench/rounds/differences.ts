import {closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync} from 'node:fs';
import {join} from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import type {BigIntStats} from 'node:fs';

/** What differs between two trees: names, types, sizes, contents, link targets, modes, owners and times of modification, in words. The two roots' own metadata is not compared. */
export async function* differences(left: string, right: string, signal: AbortSignal, path = ''): AsyncGenerator<string> {
	await turn();
	signal.throwIfAborted();
	const names = new Set(readdirSync(join(left, path)));
	for (const name of readdirSync(join(right, path))) if (!names.delete(name)) yield `${join(path, name)}: not in the source`;
		else yield* entryDifferences(left, right, join(path, name), signal);
	for (const name of names) yield `${join(path, name)}: missing`;
}

async function* entryDifferences(left: string, right: string, path: string, signal: AbortSignal): AsyncGenerator<string> {
	const from = lstatSync(join(left, path), {bigint: true});
	const to = lstatSync(join(right, path), {bigint: true});
	for (const [what, read] of Object.entries(compared)) if (read(from) !== read(to)) yield `${path}: ${what} is ${read(to)}, was ${read(from)}`;
	if (from.mode !== to.mode) return;
	if (from.isDirectory()) yield* differences(left, right, signal, path);
	else if (from.isSymbolicLink() && readlinkSync(join(left, path)) !== readlinkSync(join(right, path))) yield `${path}: leads elsewhere`;
	else if (from.isFile() && from.size === to.size && from.size > 0n && !sameContent(join(left, path), join(right, path))) yield `${path}: has another content`;
}

const compared: Record<string, (status: BigIntStats) => bigint> = {
	mode: ({mode}) => mode,
	owner: ({uid}) => uid,
	group: ({gid}) => gid,
	// The size of a directory is the file system's affair.
	size: status => (status.isDirectory() ? 0n : status.size),
	'time of modification': ({mtimeNs}) => mtimeNs,
};

const buffers = [Buffer.alloc(1024 * 1024), Buffer.alloc(1024 * 1024)] as const;

function sameContent(left: string, right: string): boolean {
	const files = [openSync(left, 'r'), openSync(right, 'r')] as const;
	try {
		for (;;) {
			const [a, b] = [readSync(files[0], buffers[0]), readSync(files[1], buffers[1])];
			if (a !== b || !buffers[0].subarray(0, a).equals(buffers[1].subarray(0, b))) return false;
			if (a === 0) return true;
		}
	} finally {
		for (const file of files) closeSync(file);
	}
}
