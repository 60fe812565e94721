import type {Node} from '../../repository/node.ts';
import type {ArchiveReader, BlobPlace} from '../../repository/repository.ts';
import {writeInOrder} from './write-in-order.ts';
import type {WriteInOrder} from './write-in-order.ts';

export type DumpFile = {
	reader: Pick<ArchiveReader, 'locate' | 'readBlobs'>;
	/** A regular file of the archive. */
	node: Node;
	/** Takes the content piece by piece, from its start; the bytes are its own. */
	write: WriteInOrder['write'];
	signal: AbortSignal;
};

const idLength = 32;

/** Writes a file's content in order, each piece proven against its ID before any of it is handed on. Returns the bytes written. @throws RepositoryDamaged when a piece can not be read */
export async function dumpFile({reader, node, write, signal}: DumpFile): Promise<number> {
	const places = contentPlaces(reader, node);
	await writeInOrder({reader, pieces: places, write, signal});
	return lengthOf(places);
}

/** Where the pieces of a file's content are, in order. @throws RepositoryDamaged when one is not in the index */
export function contentPlaces(reader: Pick<ArchiveReader, 'locate'>, {content = new Uint8Array(0)}: Node): BlobPlace[] {
	const places: BlobPlace[] = [];
	for (let at = 0; at < content.length; at += idLength) places.push(reader.locate(content.subarray(at, at + idLength)));
	return places;
}

/** Bytes of the content. */
export const lengthOf = (places: readonly BlobPlace[]): number => places.reduce((sum, {plainLength}) => sum + plainLength, 0);
