import {IndexWriter} from '../index/index-writer.ts';
import {PackWriter} from '../pack/pack-writer.ts';
import {UploadQueue} from '../write/upload-queue.ts';
import type {BlobType} from '../blob-type.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {PendingPack} from '../index/index-json.ts';

/** New packs that an index file names at the latest when there are so many: what a run that is cut off has stored beyond that is stored again. */
const packsPerIndex = 32;

/**
Stores blobs that come from elsewhere than a backup, in packs of their type, and names the packs in index files once they are durable. `finish` returns
when all of it is; until then nothing that was handed over may be counted on.
*/
export class PackSink {
	readonly #repository: OpenRepository;
	readonly #signal: AbortSignal;
	readonly #writers: Record<BlobType, PackWriter>;
	readonly #index: IndexWriter;
	readonly #uploads: UploadQueue;
	#unnamed = 0;
	#packs = 0;
	#bytes = 0;

	constructor(repository: OpenRepository, signal: AbortSignal) {
		const {storage, sealer, clock, config} = repository;
		this.#repository = repository;
		this.#signal = signal;
		this.#writers = {data: this.newWriter(), tree: this.newWriter()};
		this.#index = new IndexWriter({storage, sealer, clock, version: config.version});
		this.#uploads = new UploadQueue({
			storage,
			signal,
			onDurable: async (pack, uploading) => {
				this.#packs++;
				this.#bytes += pack.file.size;
				this.#index.add(pack);
				if (++this.#unnamed < packsPerIndex && !this.#index.isDue) return;
				this.#unnamed = 0;
				await this.#index.flush(uploading);
			},
		});
	}

	/** New packs that are durable, and their bytes. */
	get stored(): {packs: number; bytes: number} {
		return {packs: this.#packs, bytes: this.#bytes};
	}

	/** Hands a blob to `append` with the pack it belongs into; for a large one that is a pack of its own, dropped when `append` fails. */
	async store(type: BlobType, append: (pack: PackWriter) => Promise<unknown> | void, isLarge = false): Promise<void> {
		this.#uploads.throwIfFailed();
		if (isLarge) await this.#storeAlone(append);
		else {
			const writer = this.#writers[type];
			await append(writer);
			if (writer.isFull) this.#close(writer);
		}
		if (this.#uploads.isOverBudget) await this.#uploads.room();
	}

	/** Names a pack that is durable already in the next index file. */
	async name(pack: PendingPack): Promise<void> {
		this.#index.add(pack);
		if (this.#index.isDue) await this.#index.flush(this.#signal);
	}

	/** Closes the open packs, however small, and returns once everything is durable and named. More may be stored afterwards. */
	async finish(): Promise<void> {
		for (const writer of Object.values(this.#writers)) this.#close(writer);
		await this.#uploads.drain();
		this.#unnamed = 0;
		await this.#index.flush(this.#signal);
	}

	/** Drops what is not durable; packs that are stay without a name, as far as no index file has them yet. */
	async abandon(reason: unknown): Promise<void> {
		for (const writer of Object.values(this.#writers)) writer.discard();
		await this.#uploads.cancel(reason);
	}

	newWriter(): PackWriter {
		const {storage, sealer, random, packSize} = this.#repository;
		return new PackWriter({sealer, random, scratchDirectory: storage.scratchDirectory, packSize});
	}

	async #storeAlone(append: (pack: PackWriter) => Promise<unknown> | void): Promise<void> {
		const writer = this.newWriter();
		try {
			await append(writer);
			this.#close(writer);
		} catch (error) {
			writer.discard();
			throw error;
		}
	}

	#close(writer: PackWriter): void {
		const closed = writer.close();
		if (closed) this.#uploads.add(closed);
	}
}
