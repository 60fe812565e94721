import {idToHex} from '../blob-id.ts';
import {packKey} from '../files/object-keys.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {PackTable} from '../index/pack-table.ts';

const sliceSize = 1024 * 1024;
const keptSlices = 5;

const nameOf = (pack: number, number: number): string => `${pack}/${number}`;

/**
Reads small ranges of packs through a few cached slices. Trees of neighbouring directories lie side by side in a pack, in the order in which a
walk asks for them again, so that one request brings some hundred of them.
*/
export class PackSlices {
	readonly #storage: Storage;
	readonly #packs: PackTable;
	/** In order of use, oldest first. */
	readonly #slices = new Map<string, Promise<Buffer>>();
	#last = {pack: -1, number: -1};

	constructor(storage: Storage, packs: PackTable) {
		this.#storage = storage;
		this.#packs = packs;
	}

	/** The bytes must not be written to. */
	async read(pack: number, offset: number, length: number, signal: AbortSignal): Promise<Buffer> {
		const key = packKey(idToHex(this.#packs.ids.idOf(pack)));
		if (length > sliceSize / 2) return this.#storage.get(key, signal, {offset, length});

		const first = Math.floor(offset / sliceSize);
		const from = offset - first * sliceSize;
		const slice = await this.#slice(pack, key, first, signal);
		if (from + length <= sliceSize) return slice.subarray(from, from + length);
		const next = await this.#slice(pack, key, first + 1, signal);
		return Buffer.concat([slice.subarray(from), next.subarray(0, from + length - sliceSize)]);
	}

	async #slice(pack: number, key: string, number: number, signal: AbortSignal): Promise<Buffer> {
		const isNext = this.#last.pack === pack && this.#last.number === number - 1;
		this.#last = {pack, number};
		// Who comes from one slice to the next will most likely go on so; the work on this one hides the time that takes.
		if (isNext && (number + 1) * sliceSize < this.#packs.endOf(pack)) void this.#fetch(pack, key, number + 1, signal);
		return this.#fetch(pack, key, number, signal);
	}

	/** One that could not be read is asked for again when it is needed, by whom its error then reaches. */
	#fetch(pack: number, key: string, number: number, signal: AbortSignal): Promise<Buffer> {
		const name = nameOf(pack, number);
		const known = this.#slices.get(name);
		const offset = number * sliceSize;
		const slice = known ?? this.#storage.get(key, signal, {offset, length: Math.min(sliceSize, this.#packs.endOf(pack) - offset)});
		this.#slices.delete(name);
		this.#slices.set(name, slice);
		if (!known) slice.catch(() => this.#slices.get(name) === slice && this.#slices.delete(name));
		const [oldest] = this.#slices.keys();
		if (this.#slices.size > keptSlices && oldest) this.#slices.delete(oldest);
		return slice;
	}
}
