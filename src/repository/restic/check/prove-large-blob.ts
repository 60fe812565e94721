import {createHash} from 'node:crypto';
import {setImmediate as turn} from 'node:timers/promises';
import {idToHex} from '../blob-id.ts';
import {Opener} from '../crypto/opener.ts';
import {unzstdPieces} from '../files/unzstd.ts';
import {isDamage} from './findings.ts';
import type {BlobType} from '../blob-type.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {TreeFacts, TreeReader} from './tree-facts.ts';

const pieceBytes = 256 * 1024;
/** After so many, who else works on this thread gets a turn. */
const piecesInARow = 8;

export type LargeBlob = {type: BlobType; /** Not as before afterwards. */ sealed: Buffer; uncompressed: number; id: Uint8Array};

/** Proves a blob too large for a slot, such as the tree of a directory with a hundred thousand files. Only its sealed bytes are ever in memory as a whole; a tree is read on the way. */
export async function proveLargeBlob({sealer}: OpenRepository, trees: TreeFacts, {type, sealed, uncompressed, id}: LargeBlob, signal: AbortSignal): Promise<boolean> {
	const opener = new Opener(sealer.key);
	if (!opener.isAuthentic(sealed)) return false;
	const text = opener.decrypt(sealed);
	const expected = uncompressed || text.length;
	const digest = createHash('sha256');
	let reader = type === 'tree' ? trees.reader(id) : undefined;
	let length = 0;
	let count = 0;
	for (const piece of uncompressed > 0 ? unzstdPieces(text, expected, Buffer.allocUnsafeSlow(pieceBytes)) : piecesOf(text)) {
		length += piece.length;
		if (length > expected) return false;
		digest.update(piece);
		if (reader && !isRead(reader, piece)) reader = undefined;
		if (++count % piecesInARow > 0) continue;
		await turn();
		signal.throwIfAborted();
	}
	if (length !== expected || digest.digest('hex') !== idToHex(id)) return false;
	if (reader) isRead(reader);
	return true;
}

/** The next piece, or the end, of a tree. What is no tree is left to the walk, which says so if an archive reaches it. */
function isRead(reader: TreeReader, piece?: Uint8Array): boolean {
	try {
		if (piece) reader.push(piece);
		else reader.end();
		return true;
	} catch (error) {
		if (!isDamage(error)) throw error;
		return false;
	}
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
