import type {Node} from '../../repository/node.ts';
import type {ArchiveReader, BlobPlace, PackPart} from '../../repository/repository.ts';

export type DumpFile = {
	reader: Pick<ArchiveReader, 'locate' | 'readBlobs'>;
	/** A regular file of the archive. */
	node: Node;
	/** Takes the content piece by piece, from its start; the bytes are its own. */
	write: (bytes: Buffer) => Promise<void>;
	signal: AbortSignal;
};

/** Content that is fetched together: one such stretch is written while the next is fetched. */
const windowBytes = 16 * 1024 * 1024;
const idLength = 32;

/** Writes a file's content in order, each piece proven against its ID before any of it is handed on. Returns the bytes written. @throws RepositoryDamaged when a piece can not be read */
export async function dumpFile({reader, node, write, signal}: DumpFile): Promise<number> {
	let written = 0;
	let ahead: Promise<Buffer[]> | undefined;
	const flush = async (): Promise<void> => {
		for (const piece of (await ahead) ?? []) {
			await write(piece);
			written += piece.length;
		}
	};
	for (const window of windows(reader, node.content ?? new Uint8Array(0))) {
		signal.throwIfAborted();
		const next = fetchWindow(reader, window, signal);
		// When writing fails nobody waits for it any more; its failure must not end the process.
		next.catch(() => {});
		await flush();
		ahead = next;
	}
	await flush();
	return written;
}

function* windows(reader: DumpFile['reader'], content: Uint8Array): Generator<BlobPlace[]> {
	let places: BlobPlace[] = [];
	let bytes = 0;
	for (let at = 0; at < content.length; at += idLength) {
		const place = reader.locate(content.subarray(at, at + idLength));
		if (places.length > 0 && bytes + place.plainLength > windowBytes) {
			yield places;
			places = [];
			bytes = 0;
		}
		places.push(place);
		bytes += place.plainLength;
	}
	if (places.length > 0) yield places;
}

/** The pieces in the order of `places`, in which one may be named several times. */
async function fetchWindow(reader: DumpFile['reader'], places: readonly BlobPlace[], signal: AbortSignal): Promise<Buffer[]> {
	const pieces = new Map<number, Buffer>();
	await reader.readBlobs(partsOf(places), ({blobs}, at, bytes) => void pieces.set(blobs[at]!, Buffer.from(bytes)), signal);
	return places.map(({blob}) => pieces.get(blob)!);
}

function partsOf(places: readonly BlobPlace[]): PackPart[] {
	const packs = new Map<number, Map<number, number>>();
	for (const {pack, blob, offset} of places) {
		const blobs = packs.get(pack) ?? new Map<number, number>();
		packs.set(pack, blobs.set(blob, offset));
	}
	return Array.from(packs, ([pack, blobs]) => ({pack, blobs: Uint32Array.from([...blobs].sort((a, b) => a[1] - b[1]), ([blob]) => blob)}));
}
