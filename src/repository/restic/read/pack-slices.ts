import {idToHex} from '../blob-id.ts';
import {packKey} from '../files/object-keys.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {PackTable} from '../index/pack-table.ts';

const sliceSize = 1024 * 1024;
const keptSlices = 5;

/**
Reads small ranges of packs through a few cached slices. Trees of neighbouring directories lie side by side in a pack, in the order in which a
walk asks for them again, so that one request brings some hundred of them.
*/
export class PackSlices {
	readonly #storage: Storage;
	readonly #packs: PackTable;
	/** In order of use, oldest first. */
	readonly #slices = new Map<string, Promise<Buffer>>();

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
		const name = `${pack}/${number}`;
		const offset = number * sliceSize;
		const slice = this.#slices.get(name) ?? this.#storage.get(key, signal, {offset, length: Math.min(sliceSize, this.#packs.endOf(pack) - offset)});
		this.#slices.delete(name);
		this.#slices.set(name, slice);
		const [oldest] = this.#slices.keys();
		if (this.#slices.size > keptSlices && oldest) this.#slices.delete(oldest);
		try {
			return await slice;
		} catch (error) {
			if (this.#slices.get(name) === slice) this.#slices.delete(name);
			throw error;
		}
	}
}
