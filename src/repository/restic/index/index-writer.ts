import {createHash, hash} from 'node:crypto';
import {indexKey} from '../files/object-keys.ts';
import {compressStream, decompressStream} from '../files/zstd.ts';
import {faultyMachine} from '../write/faulty-machine.ts';
import {indexJson} from './index-json.ts';
import type {Clock} from '../../../base/clock.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {PendingPack} from './index-json.ts';

/** restic cuts its index files here too; one may hold more only by the rest of its last pack, which is never split. */
const blobsPerFile = 50_000;
const maxAgeMs = 10 * 60_000;
const level = 3;
/** An unpacked file begins with this byte when a zstd frame follows. */
const compressedMark = Buffer.of(2);

/** Collects packs that are durable and writes the index files that name them. */
export class IndexWriter {
	readonly #storage: Storage;
	readonly #sealer: Sealer;
	readonly #clock: Clock;
	readonly #version: 1 | 2;
	#pending: PendingPack[] = [];
	#blobs = 0;
	#oldestMs = 0;

	/** Version 1 of the format knows no compression. */
	constructor(options: {storage: Storage; sealer: Sealer; clock: Clock; version: 1 | 2}) {
		this.#storage = options.storage;
		this.#sealer = options.sealer;
		this.#clock = options.clock;
		this.#version = options.version;
	}

	/** The pack must be durable. */
	add(pack: PendingPack): void {
		if (this.#pending.length === 0) this.#oldestMs = this.#clock.monotonicMs();
		this.#pending.push(pack);
		this.#blobs += pack.blobs;
	}

	/** Whether there is enough for a file, or the oldest pack has waited so long that a crash would waste much. */
	get isDue(): boolean {
		return this.#blobs >= blobsPerFile || (this.#pending.length > 0 && this.#clock.monotonicMs() - this.#oldestMs >= maxAgeMs);
	}

	/** Writes everything that is pending; resolves when it is durable. */
	async flush(signal: AbortSignal): Promise<void> {
		const pending = this.#pending;
		this.#pending = [];
		this.#blobs = 0;

		for (let from = 0; from < pending.length; ) {
			let to = from;
			for (let blobs = 0; to < pending.length && blobs < blobsPerFile; to++) blobs += pending[to]!.blobs;
			const packs = pending.slice(from, to);
			const bytes = this.#version === 1 ? this.#seal(indexJson(packs)) : await this.#compress(packs);
			const id = hash('sha256', bytes, 'hex');
			await this.#storage.put(indexKey(id), bytes, signal, {sha256: id});
			from = to;
		}
	}

	/** Piece by piece: only the result, about a quarter of the JSON, is ever in memory. It is proven readable before it counts. */
	async #compress(packs: PendingPack[]): Promise<Buffer> {
		const written = createHash('sha256');
		let length = 0;
		const compressed: Buffer[] = [];
		const json = function* (): Generator<Buffer> {
			for (const piece of indexJson(packs)) {
				written.update(piece);
				length += piece.length;
				yield piece;
			}
		};
		for await (const piece of compressStream(json(), level)) compressed.push(piece);

		const read = createHash('sha256');
		for await (const piece of decompressStream(compressed, length, 'a new index file')) read.update(piece);
		if (!read.digest().equals(written.digest())) throw faultyMachine('a new index file');

		return this.#seal([compressedMark, ...compressed]);
	}

	#seal(pieces: Iterable<Uint8Array>): Buffer {
		const stream = this.#sealer.sealStream();
		const sealed = [stream.iv];
		for (const piece of pieces) sealed.push(stream.update(piece));
		sealed.push(stream.final());
		return Buffer.concat(sealed);
	}
}
