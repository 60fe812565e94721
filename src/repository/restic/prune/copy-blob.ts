import {createHash} from 'node:crypto';
import {LazaretteError} from '../../../base/errors.ts';
import {idToHex} from '../blob-id.ts';
import {Sealer} from '../crypto/sealer.ts';
import {packKey} from '../files/object-keys.ts';
import {compress, compressStream, decompress} from '../files/zstd.ts';
import {notWhatItSays, openBlob} from '../read/open-blob.ts';
import {treeLevel} from '../write/compression.ts';
import {faultyMachine} from '../write/faulty-machine.ts';
import {tableOf} from './pack-places.ts';
import {placesOf} from './choose-copies.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {PackWriter} from '../pack/pack-writer.ts';
import type {Place} from './pack-places.ts';

export type CopyFrom = {
	repository: OpenRepository;
	index: FullIndex;
	/** Trees that are stored raw are compressed. */
	compressTrees: boolean;
};

/** A larger blob, which only a huge directory's tree can be, passes through memory in pieces. */
export const wholeLimit = 8 * 1024 * 1024;
const pieceSize = 1024 * 1024;

export const keyOfPack = (index: FullIndex, pack: number): string => packKey(idToHex(index.packs.ids.idOf(pack)));

/**
Appends a blob to a new pack as it is stored, with its seal proven but not opened. `sealed` is not given for a blob above `wholeLimit`.
@throws RepositoryDamaged naming a blob of which no copy is intact
*/
export async function copyBlob(options: CopyFrom, place: Place, sealed: Buffer | undefined, target: PackWriter, signal: AbortSignal): Promise<void> {
	const {repository, index, compressTrees} = options;
	const table = tableOf(index, place.type);
	const id = table.ids.idOf(place.entry);
	const uncompressed = table.uncompressedOf(place.entry);
	const isRawTree = place.type === 'tree' && uncompressed === 0 && compressTrees;
	if (!sealed) await (isRawTree ? compressLarge(options, place, target, signal) : copyLarge(options, place, target, signal));
	else {
		const intact = repository.sealer.isAuthentic(sealed) ? sealed : await anotherCopy(options, place, signal);
		if (isRawTree) compressTree(repository, id, intact, target);
		else await target.appendSealed(place.type, id, [intact], uncompressed);
	}
}

/** Of the same form, so that its lengths are those of the damaged one. */
async function anotherCopy({repository, index}: CopyFrom, damaged: Place, signal: AbortSignal): Promise<Buffer> {
	const table = tableOf(index, damaged.type);
	const id = table.ids.idOf(damaged.entry);
	for (const place of placesOf(table, table.find(id))) {
		if (place === damaged.entry || table.lengthOf(place) !== damaged.length || table.uncompressedOf(place) !== table.uncompressedOf(damaged.entry)) continue;
		const pack = table.packOf(place);
		const stored = await repository.storage.stat(keyOfPack(index, pack), signal);
		if (!stored || stored.size < table.offsetOf(place) + damaged.length) continue;
		const sealed = await repository.storage.get(keyOfPack(index, pack), signal, {offset: table.offsetOf(place), length: damaged.length});
		if (repository.sealer.isAuthentic(sealed)) return sealed;
	}
	throw damage(index, damaged);
}

function compressTree({sealer, compression}: OpenRepository, id: Uint8Array, sealed: Buffer, target: PackWriter): void {
	const hex = idToHex(id);
	const plain = openBlob(sealer, sealed, 0, hex, `tree ${hex}`);
	const compressed = compress(plain, treeLevel(compression));
	if (!decompress(compressed, plain.length, `tree ${hex}`).equals(plain)) throw faultyMachine(`tree ${hex}`);
	target.append('tree', id, 0, compressed, plain.length);
}

async function copyLarge(options: CopyFrom, place: Place, target: PackWriter, signal: AbortSignal): Promise<void> {
	const table = tableOf(options.index, place.type);
	const pieces = proven(options, place, signal, piece => piece);
	await target.appendSealed(place.type, table.ids.idOf(place.entry), pieces, table.uncompressedOf(place.entry));
}

async function compressLarge(options: CopyFrom, place: Place, target: PackWriter, signal: AbortSignal): Promise<void> {
	const id = options.index.trees.ids.idOf(place.entry);
	const digest = createHash('sha256');
	const plain = proven(options, place, signal, (_, opened) => opened);
	const hashed = async function* (): AsyncGenerator<Uint8Array> {
		for await (const piece of plain) {
			digest.update(piece);
			yield piece;
		}
		if (!digest.digest().equals(id)) throw notWhatItSays(`tree ${idToHex(id)}`);
	};
	await target.appendPieces('tree', id, compressStream(hashed(), treeLevel(options.repository.compression)), place.length - Sealer.overhead);
}

const ivLength = 16;
const macLength = 16;

/** A large blob in pieces, sealed and opened. Nothing may be believed of it before the last, which comes only when the seal is intact. */
async function* proven({repository, index}: CopyFrom, place: Place, signal: AbortSignal, select: (sealed: Buffer, opened: Buffer) => Buffer): AsyncGenerator<Buffer> {
	const key = keyOfPack(index, index[place.type === 'tree' ? 'trees' : 'data'].packOf(place.entry));
	const read = async (from: number, length: number): Promise<Buffer> => repository.storage.get(key, signal, {offset: place.offset + from, length});
	const none = Buffer.alloc(0);
	const iv = await read(0, ivLength);
	const opened = repository.sealer.openStream(iv, `${place.type} ${idToHex(tableOf(index, place.type).ids.idOf(place.entry))} in ${key}`);
	yield select(iv, none);
	const end = place.length - macLength;
	for (let at = ivLength; at < end; at += pieceSize) {
		const piece = await read(at, Math.min(pieceSize, end - at));
		yield select(piece, opened.update(piece));
	}
	const mac = await read(end, macLength);
	opened.final(mac);
	yield select(mac, none);
}

const damage = (index: FullIndex, {type, entry}: Place): LazaretteError => {
	const table = tableOf(index, type);
	const id = idToHex(table.ids.idOf(entry));
	return new LazaretteError('RepositoryDamaged', `${type} blob ${id} in ${keyOfPack(index, table.packOf(entry))} fails its authentication and has no other intact copy`, {
		hint: 'no pack that an archive needs was removed; run a check of all data, and remove the archives it names before the next prune',
		context: {blob: id},
	});
};
