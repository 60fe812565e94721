import type {ArchiveReader, BlobPlace, PackPart} from '../../repository/repository.ts';

/** Bytes that are at hand, or a blob that is still to be fetched. */
export type Piece = Uint8Array | BlobPlace;

export type WriteInOrder = {
	reader: Pick<ArchiveReader, 'readBlobs'>;
	pieces: Iterable<Piece> | AsyncIterable<Piece>;
	/** Takes all bytes in the order of the pieces; they are its own. */
	write: (bytes: Buffer) => Promise<void>;
	signal: AbortSignal;
};

/** What is fetched together, however many files it is of: one such stretch is written while the next is fetched. */
const windowBytes = 16 * 1024 * 1024;
const windowPieces = 16_384;
/** Smaller pieces are written together. */
const writeBytes = 256 * 1024;

/** Writes pieces in order, each blob proven against its ID before any of it is handed on. @throws RepositoryDamaged when one can not be read */
export async function writeInOrder({reader, pieces, write, signal}: WriteInOrder): Promise<void> {
	let ahead: Promise<Uint8Array[]> | undefined;
	const flush = async (): Promise<void> => {
		for (const bytes of joined((await ahead) ?? [])) await write(bytes);
	};
	for await (const window of windows(pieces)) {
		signal.throwIfAborted();
		const next = fetchWindow(reader, window, signal);
		// When writing fails nobody waits for it any more; its failure must not end the process.
		next.catch(() => {});
		await flush();
		ahead = next;
	}
	await flush();
}

async function* windows(pieces: WriteInOrder['pieces']): AsyncGenerator<Piece[]> {
	let window: Piece[] = [];
	let bytes = 0;
	for await (const piece of pieces) {
		const {length} = 'blob' in piece ? {length: piece.plainLength} : piece;
		if (window.length > 0 && (bytes + length > windowBytes || window.length >= windowPieces)) {
			yield window;
			window = [];
			bytes = 0;
		}
		window.push(piece);
		bytes += length;
	}
	if (window.length > 0) yield window;
}

/** A blob may be named several times. */
async function fetchWindow(reader: WriteInOrder['reader'], window: readonly Piece[], signal: AbortSignal): Promise<Uint8Array[]> {
	const fetched = new Map<number, Buffer>();
	const places = window.filter(piece => 'blob' in piece);
	if (places.length > 0) await reader.readBlobs(partsOf(places), ({blobs}, at, bytes) => void fetched.set(blobs[at]!, Buffer.from(bytes)), signal);
	return window.map(piece => ('blob' in piece ? fetched.get(piece.blob)! : piece));
}

function partsOf(places: readonly BlobPlace[]): PackPart[] {
	const packs = new Map<number, Map<number, number>>();
	for (const {pack, blob, offset} of places) {
		const blobs = packs.get(pack) ?? new Map<number, number>();
		packs.set(pack, blobs.set(blob, offset));
	}
	return Array.from(packs, ([pack, blobs]) => ({pack, blobs: Uint32Array.from([...blobs].sort((a, b) => a[1] - b[1]), ([blob]) => blob)}));
}

function* joined(pieces: readonly Uint8Array[]): Generator<Buffer> {
	let small: Uint8Array[] = [];
	let bytes = 0;
	for (const piece of pieces) {
		small.push(piece);
		bytes += piece.length;
		if (bytes < writeBytes) continue;
		yield Buffer.concat(small);
		small = [];
		bytes = 0;
	}
	if (bytes > 0) yield Buffer.concat(small);
}
