import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import type {Archive} from '../../../repository/archive.ts';
import type {Node} from '../../../repository/node.ts';
import type {ArchiveReader, BlobPlace} from '../../../repository/repository.ts';
import {printablePath} from '../../file-system/printable-path.ts';
import {treeNodes} from '../../restore/tree-nodes.ts';
import {contentPlaces, lengthOf} from '../dump-file.ts';
import {writeInOrder} from '../write-in-order.ts';
import type {Piece, WriteInOrder} from '../write-in-order.ts';
import {padding, tarEnd, tarHeader, tarTypes} from './tar-header.ts';

export type DumpDirectory = {
	reader: Pick<ArchiveReader, 'readTree' | 'locate' | 'readBlobs'>;
	archive: Archive;
	/** The directory, and its names from the archive's root; the root itself has no node. */
	directory: {node: Node; names: readonly Buffer[]} | undefined;
	/** Takes the tar archive piece by piece. */
	write: WriteInOrder['write'];
	/** An entry that a tar archive can not hold, and why; or one that is not as the archive says. `path` is printable. */
	onProblem: (path: string, problem: string) => void;
	signal: AbortSignal;
};

export type Dumped = {/** of the tar archive */ bytes: number; entries: number};

type Frame = {names: readonly Buffer[]; nodes: AsyncGenerator<Node, void>};

/**
Writes a directory with everything below it as a tar archive (POSIX pax), under the names that the archive shows. Every piece of content is proven before it is handed on; when something can not be read, the
archive has no end, so that whoever unpacks it sees that it is not whole.
@throws RepositoryDamaged naming what can not be read
*/
export async function dumpDirectory(options: DumpDirectory): Promise<Dumped> {
	const {reader, write, signal} = options;
	const dumped: Dumped = {bytes: 0, entries: 0};
	const counted = async (bytes: Buffer): Promise<void> => {
		await write(bytes);
		dumped.bytes += bytes.length;
	};
	await writeInOrder({reader, pieces: pieces(options, dumped), write: counted, signal});
	return dumped;
}

async function* pieces(options: DumpDirectory, dumped: Dumped): AsyncGenerator<Piece> {
	const {reader, archive, directory, signal} = options;
	const open = (names: readonly Buffer[], tree: string): Frame => ({names, nodes: treeNodes(reader, tree, signal)});
	if (directory) yield* entry(directory.node, directory.names, options, dumped);
	const frames = [open(directory?.names ?? [], directory ? directory.node.subtree! : archive.tree)];
	for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
		const next = await frame.nodes.next().catch((error: unknown) => {
			throw named(error, frame.names);
		});
		if (next.done) {
			frames.pop();
			continue;
		}
		const node = next.value;
		const names = [...frame.names, node.name];
		yield* entry(node, names, options, dumped);
		if (node.subtree !== undefined) frames.push(open(names, node.subtree));
	}
	yield tarEnd;
}

function* entry(node: Node, names: readonly Buffer[], {reader, onProblem}: DumpDirectory, dumped: Dumped): Generator<Piece> {
	if (tarTypes[node.type] === undefined) return onProblem(printablePath(names), `a ${node.type} can not be in a tar archive`);
	const places = node.type === 'file' ? placesOf(reader, node, names) : [];
	const size = lengthOf(places);
	if (node.type === 'file' && size !== node.size) onProblem(printablePath(names), `is ${size} bytes long; the archive says ${node.size}`);
	yield tarHeader(node, Buffer.from(names.map(name => name.toString('latin1')).join('/'), 'latin1'), size);
	yield* places;
	yield padding(size);
	dumped.entries++;
}

function placesOf(reader: DumpDirectory['reader'], node: Node, names: readonly Buffer[]): BlobPlace[] {
	try {
		return contentPlaces(reader, node);
	} catch (error) {
		throw named(error, names);
	}
}

const named = (error: unknown, names: readonly Buffer[]): unknown =>
	isLazaretteError(error, 'RepositoryDamaged') ? new LazaretteError('RepositoryDamaged', `${printablePath(names)} can not be read: ${error.message}`, {...(error.hint !== undefined && {hint: error.hint}), context: error.context, cause: error}) : error;
