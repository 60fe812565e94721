import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import {idToHex} from '../blob-id.ts';
import {packKey} from '../files/object-keys.ts';
import {loadFullIndex} from '../index/load-index.ts';
import {TreeSource} from '../tree/tree-source.ts';
import {fetchAhead} from './fetch-ahead.ts';
import {openBlob} from './open-blob.ts';
import {planRanges} from './plan-ranges.ts';
import type {Archive} from '../../archive.ts';
import type {Node} from '../../node.ts';
import type {ArchiveReader, BlobPlace} from '../../repository.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';

/** Two ranges are in memory at most: the one being consumed and the next. */
const rangeLimits = {maxBytes: 4 * 1024 * 1024, maxGap: 1024 * 1024};

type Consume = (id: Uint8Array, bytes: Uint8Array) => void | Promise<void>;

export async function openArchiveReader(repository: OpenRepository, archive: Archive, signal: AbortSignal): Promise<ArchiveReader> {
	const reader = new ResticArchiveReader(repository, archive, await loadFullIndex(repository, signal));
	return reader;
}

class ResticArchiveReader implements ArchiveReader {
	readonly archive: Archive;
	readonly #repository: OpenRepository;
	readonly #index: FullIndex;
	readonly #trees: TreeSource;

	constructor(repository: OpenRepository, archive: Archive, index: FullIndex) {
		this.archive = archive;
		this.#repository = repository;
		this.#index = index;
		this.#trees = new TreeSource({...repository, index});
	}

	async *readTree(treeId: string, signal: AbortSignal): AsyncGenerator<Node> {
		for await (const nodes of this.#trees.batches(treeId, signal)) yield* nodes;
	}

	blobLength(id: Uint8Array): number {
		return this.#index.data.plainLengthOf(this.#entry(id));
	}

	locate(id: Uint8Array): BlobPlace {
		const {data} = this.#index;
		const entry = this.#entry(id);
		return {pack: data.packOf(entry), offset: data.offsetOf(entry), length: data.lengthOf(entry), plainLength: data.plainLengthOf(entry)};
	}

	async readBlobs(pack: number, ids: Uint8Array[], consume: Consume, signal: AbortSignal): Promise<void> {
		const {data, packs} = this.#index;
		const key = packKey(idToHex(packs.ids.idOf(pack)));
		const entries = ids.map(id => this.#entry(id, pack));
		const ranges = planRanges(entries.map(entry => ({offset: data.offsetOf(entry), length: data.lengthOf(entry)})), rangeLimits);
		for await (const {item: range, result: bytes} of fetchAhead(ranges, async range => this.#fetch(key, range, signal))) {
			for (const part of range.parts) {
				signal.throwIfAborted();
				const entry = entries[part]!;
				const from = data.offsetOf(entry) - range.offset;
				const hex = idToHex(ids[part]!);
				const plain = openBlob(this.#repository.sealer, bytes.subarray(from, from + data.lengthOf(entry)), data.uncompressedOf(entry), hex, `blob ${hex} in ${key}`);
				await consume(ids[part]!, plain);
			}
		}
	}

	async #fetch(key: string, range: {offset: number; length: number}, signal: AbortSignal): Promise<Buffer> {
		try {
			return await this.#repository.storage.get(key, signal, {offset: range.offset, length: range.length});
		} catch (error) {
			if (!isLazaretteError(error, 'ObjectNotFound')) throw error;
			throw new LazaretteError('RepositoryDamaged', `the pack ${key} is missing from the repository`, {cause: error, hint: 'run a check to see which archives need it'});
		}
	}

	#entry(id: Uint8Array, pack?: number): number {
		const {data} = this.#index;
		for (let entry = data.find(id); entry >= 0; entry = data.find(id, 0, entry)) {
			if (pack === undefined || data.packOf(entry) === pack) return entry;
		}
		throw new LazaretteError('RepositoryDamaged', `blob ${idToHex(id)} is in no index: an archive refers to it, but nothing says where it is`, {hint: 'run a check to see which files need it'});
	}
}
