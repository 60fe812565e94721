import {LazaretteError} from '../../../base/errors.ts';
import {Sealer} from '../crypto/sealer.ts';
import {packKey} from '../files/object-keys.ts';
import {PackEntries} from '../index/pack-entries.ts';
import {headerLengthBytes, readPackHeader} from '../pack/pack-header.ts';
import type {PendingPack} from '../index/index-json.ts';
import type {OpenRepository} from '../open-repository.ts';

/** Holds the headers of most packs, so that one request is enough. */
const guessedBytes = 8 * 1024;
const smallest = Sealer.overhead + headerLengthBytes;

/** What a stored pack says of itself: its blobs fill it from its start to where its header begins. @throws RepositoryDamaged naming the pack; ObjectNotFound */
export async function readStoredHeader({storage, sealer}: OpenRepository, id: string, size: number, signal: AbortSignal): Promise<PendingPack> {
	const key = packKey(id);
	if (size < smallest) throw new LazaretteError('RepositoryDamaged', `${key} is ${size} bytes long, too short for a pack`);
	const guessed = Math.min(size, guessedBytes);
	const end = await storage.get(key, signal, {offset: size - guessed, length: guessed});
	const length = end.readUInt32LE(guessed - headerLengthBytes);
	const from = size - headerLengthBytes - length;
	if (length < Sealer.overhead || from < 0) throw new LazaretteError('RepositoryDamaged', `${key} gives its header a length of ${length} bytes, which can not be`);

	const isWhole = length + headerLengthBytes <= guessed;
	const sealed = isWhole ? end.subarray(guessed - headerLengthBytes - length, guessed - headerLengthBytes) : await storage.get(key, signal, {offset: from, length});
	const header = sealer.open(sealed, `the header of ${key}`);
	const entries = new PackEntries();
	const blobsEnd = readPackHeader(header, entries, key);
	if (blobsEnd !== from) throw new LazaretteError('RepositoryDamaged', `${key} holds ${from} bytes of blobs, its header lists ${blobsEnd}`);
	return {id, header, blobs: entries.count};
}
