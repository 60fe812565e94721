import {createHash} from 'node:crypto';
import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import {idFromHex, idToHex} from '../blob-id.ts';
import {packKey} from '../files/object-keys.ts';
import {decompressStream} from '../files/zstd.ts';
import {notWhatItSays, openBlob} from '../read/open-blob.ts';
import {PackSlices} from '../read/pack-slices.ts';
import {PlainFiles} from './plain-files.ts';
import {TreeScanner} from './tree-scanner.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {Node} from '../../node.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {BlobTable} from '../index/blob-table.ts';
import type {PackTable} from '../index/pack-table.ts';

/** A tree longer than this is decompressed and read in pieces. */
const wholeLimit = 1024 * 1024;

/** Reads trees of a repository: each is authenticated and proven to be what its ID says, and any intact copy of it will do. */
export class TreeSource {
	readonly #sealer: Sealer;
	readonly #packs: PackTable;
	readonly #trees: BlobTable;
	readonly #slices: PackSlices;
	/** One for all trees: each node is read within one call. */
	readonly #plainFiles = new PlainFiles();

	constructor(options: {storage: Storage; sealer: Sealer; index: {packs: PackTable; trees: BlobTable}}) {
		this.#sealer = options.sealer;
		this.#packs = options.index.packs;
		this.#trees = options.index.trees;
		this.#slices = new PackSlices(options.storage, options.index.packs);
	}

	has(treeId: string): boolean {
		return this.#trees.find(idFromHex(treeId)) >= 0;
	}

	/** bytes of the tree's text; 0 when no index names it */
	lengthOf(treeId: string): number {
		const entry = this.#trees.find(idFromHex(treeId));
		return entry < 0 ? 0 : this.#trees.plainLengthOf(entry);
	}

	/**
	The nodes of a tree in stored order, some at a time. A tree too large to be held is authenticated before its first node, but only known to be
	whole when the last batch has come.
	@throws RepositoryDamaged naming the tree and the pack it should be in
	*/
	async *batches(treeId: string, signal: AbortSignal): AsyncGenerator<Node[]> {
		const scanner = new TreeScanner(`tree ${treeId}`, this.#plainFiles);
		const entry = this.#trees.find(idFromHex(treeId));
		if (entry >= 0 && this.#trees.plainLengthOf(entry) > wholeLimit) {
			for await (const piece of this.#largeTree(treeId, signal)) {
				signal.throwIfAborted();
				const nodes = scanner.push(piece);
				if (nodes.length > 0) yield nodes;
			}
		} else yield scanner.push(await this.#wholeTree(treeId, signal));
		scanner.end();
	}

	/** The tree's JSON in pieces, read as `batches` does. */
	async *text(treeId: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
		const entry = this.#trees.find(idFromHex(treeId));
		if (entry >= 0 && this.#trees.plainLengthOf(entry) > wholeLimit) yield* this.#largeTree(treeId, signal);
		else yield await this.#wholeTree(treeId, signal);
	}

	async #wholeTree(treeId: string, signal: AbortSignal): Promise<Buffer> {
		return this.#firstIntact(treeId, async (entry, where) => {
			const sealed = await this.#sealed(entry, signal);
			return openBlob(this.#sealer, sealed, this.#trees.uncompressedOf(entry), treeId, where);
		});
	}

	async *#largeTree(treeId: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
		const {entry, where, opened} = await this.#firstIntact(treeId, async (entry, where) => ({entry, where, opened: this.#sealer.open(await this.#sealed(entry, signal), where)}));
		const digest = createHash('sha256');
		for await (const piece of this.#trees.isCompressed(entry) ? decompressStream([opened], this.#trees.plainLengthOf(entry), where) : [opened]) {
			digest.update(piece);
			yield piece;
		}
		if (digest.digest('hex') !== treeId) throw notWhatItSays(where);
	}

	async #sealed(entry: number, signal: AbortSignal): Promise<Buffer> {
		return this.#slices.read(this.#trees.packOf(entry), this.#trees.offsetOf(entry), this.#trees.lengthOf(entry), signal);
	}

	/** A blob may lie in several packs: damage to one copy matters only when no other is intact. */
	async #firstIntact<Result>(treeId: string, read: (entry: number, where: string) => Promise<Result>): Promise<Result> {
		const id = idFromHex(treeId);
		let failure: LazaretteError | undefined;
		for (let entry = this.#trees.find(id); entry >= 0; entry = this.#trees.find(id, 0, entry)) {
			const where = `tree ${treeId} in ${packKey(idToHex(this.#packs.ids.idOf(this.#trees.packOf(entry))))}`;
			try {
				return await read(entry, where);
			} catch (error) {
				if (isLazaretteError(error, 'ObjectNotFound')) failure ??= new LazaretteError('RepositoryDamaged', `${where} can not be read: the pack is missing`, {cause: error});
				else if (isLazaretteError(error, 'RepositoryDamaged')) failure ??= error;
				else throw error;
			}
		}
		throw failure ?? new LazaretteError('RepositoryDamaged', `tree ${treeId} is in no index: an archive refers to it, but nothing says where it is`);
	}
}
