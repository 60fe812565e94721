import {rmSync} from 'node:fs';
import {packKey} from '../files/object-keys.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {ClosedPack} from '../pack/pack-writer.ts';

export type UploadQueueOptions = {
	storage: Storage;
	signal: AbortSignal;
	/** Runs when a pack is durable and before it counts as done. */
	onDurable: (pack: ClosedPack, signal: AbortSignal) => Promise<void>;
	/** Uploads under way at once. */
	parallel?: number;
	/** Bytes of packs that may wait in the scratch directory before the writer has to. */
	budgetBytes?: number;
};

const defaultParallel = 3;
const defaultBudget = 64 * 1024 * 1024;

/** Brings finished packs to the storage while the writer goes on. The first failure ends everything: nothing more is sent, and every call throws it. */
export class UploadQueue {
	readonly #options: UploadQueueOptions;
	readonly #stop = new AbortController();
	readonly #signal: AbortSignal;
	readonly #budget: number;
	readonly #waiting: ClosedPack[] = [];
	#running = 0;
	#bytes = 0;
	#failure: {error: unknown} | undefined;
	#watchers: Array<() => void> = [];

	constructor(options: UploadQueueOptions) {
		this.#options = options;
		this.#budget = options.budgetBytes ?? defaultBudget;
		this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
	}

	/** The queue owns the pack's scratch file from here on. */
	add(pack: ClosedPack): void {
		this.#bytes += pack.file.size;
		this.#waiting.push(pack);
		if (this.#failure) this.#drop();
		else this.#start();
	}

	/** More waits than the budget allows: the caller should await `room` before it writes on. */
	get isOverBudget(): boolean {
		return this.#bytes > this.#budget;
	}

	/** Resolves once the budget has room again. */
	async room(): Promise<void> {
		while (!this.#failure && this.isOverBudget) await this.#change();
		this.throwIfFailed();
	}

	/** Resolves once everything that was added is durable. */
	async drain(): Promise<void> {
		while (this.#running > 0 || (!this.#failure && this.#waiting.length > 0)) await this.#change();
		this.throwIfFailed();
	}

	/** Ends uploads under way, deletes scratch files, and resolves when nothing runs any more. */
	async cancel(reason: unknown): Promise<void> {
		this.#fail(reason);
		while (this.#running > 0) await this.#change();
	}

	throwIfFailed(): void {
		if (this.#failure) throw this.#failure.error;
	}

	#start(): void {
		while (!this.#failure && this.#running < (this.#options.parallel ?? defaultParallel)) {
			const pack = this.#waiting.shift();
			if (!pack) return;
			this.#running++;
			void this.#upload(pack);
		}
	}

	async #upload(pack: ClosedPack): Promise<void> {
		try {
			this.#signal.throwIfAborted();
			await this.#options.storage.putFile(packKey(pack.id), pack.file, this.#signal, {sha256: pack.id});
			await this.#options.onDurable(pack, this.#signal);
		} catch (error) {
			remove(pack);
			this.#fail(error);
		}
		this.#running--;
		this.#bytes -= pack.file.size;
		this.#start();
		this.#changed();
	}

	#fail(error: unknown): void {
		this.#failure ??= {error};
		this.#stop.abort(error);
		this.#drop();
		this.#changed();
	}

	#drop(): void {
		for (const pack of this.#waiting.splice(0)) {
			remove(pack);
			this.#bytes -= pack.file.size;
		}
	}

	async #change(): Promise<void> {
		await new Promise<void>(resolve => void this.#watchers.push(resolve));
	}

	#changed(): void {
		for (const watcher of this.#watchers.splice(0)) watcher();
	}
}

/** A file that stays is one of the scratch directory, which is swept in the end; who waits for uploads would wait for ever. */
function remove({file}: ClosedPack): void {
	try {
		rmSync(file.path, {force: true});
	} catch {
		// Why the run has failed is known already.
	}
}
