import {tasks} from '../opening/slot.ts';
import type {OpeningCrew} from '../opening/opening-crew.ts';
import type {BlobTarget} from '../../repository.ts';
import type {FilePlace, Slot, Task} from '../opening/slot.ts';

/** Whose a blob is. `pending`: its blobs that have a place in a slot and were not looked at yet. */
export type BlobOwner = {pending: number};

/** Told of each blob once a thread has worked on it: `at` is its place in what its owner asked for. */
export type OnBlob<Owner extends BlobOwner> = (owner: Owner, at: number, slot: Slot, number: number) => void;

/** Which file a blob is written into as soon as it is opened, if any. */
export type TargetOf<Owner extends BlobOwner> = (owner: Owner, at: number) => BlobTarget | undefined;

/** Larger ones get a slot of their own, of which few have room for them already. */
const [smallSealed, smallPlain] = [256 * 1024, 512 * 1024];

/** Packs blobs into slots in the order they come, across packs, and remembers whose they are. One filler fills one slot at a time. */
export class SlotFiller<Owner extends BlobOwner> {
	readonly #crew: OpeningCrew;
	readonly #task: Task;
	readonly #onBlob: OnBlob<Owner>;
	readonly #targetOf: TargetOf<Owner> | undefined;
	#slot = -1;
	#owners: Owner[] = [];
	#places: number[] = [];

	constructor(crew: OpeningCrew, task: Task, onBlob: OnBlob<Owner>, targetOf?: TargetOf<Owner>) {
		this.#crew = crew;
		this.#task = task;
		this.#onBlob = onBlob;
		this.#targetOf = targetOf;
	}

	/** Where the next blob's sealed bytes go: all of them before the next call. */
	async room(owner: Owner, at: number, length: number, uncompressed: number, id: Uint8Array): Promise<Uint8Array> {
		const target = this.#targetOf?.(owner, at);
		const isLarge = length > smallSealed || (!target && uncompressed > smallPlain);
		return this.#add(owner, at, length, uncompressed, id, target) ?? (await this.#addAnew(owner, at, length, uncompressed, id, target, isLarge));
	}

	/** As `room` for a blob that lies in an open file: whoever works on it reads it there, and the file stays open until then. A promise only when it has to wait for a slot. */
	refer(owner: Owner, at: number, length: number, uncompressed: number, id: Uint8Array, place: FilePlace): Promise<unknown> | undefined {
		if (this.#slot >= 0 && !this.#crew.slot(this.#slot).isFollowedBy(this.#owners.length, place)) this.flush();
		const target = this.#targetOf?.(owner, at);
		if (this.#add(owner, at, length, uncompressed, id, target)) return undefined;
		const isLarge = !target && this.#task !== tasks.prove && (length > smallSealed || uncompressed > smallPlain);
		return this.#addAnew(owner, at, length, uncompressed, id, target, isLarge).then(() => this.#crew.slot(this.#slot).setSource(place));
	}

	#add(owner: Owner, at: number, length: number, uncompressed: number, id: Uint8Array, target: BlobTarget | undefined): Uint8Array | undefined {
		if (this.#slot < 0) return undefined;
		const slot = this.#crew.slot(this.#slot);
		const number = this.#owners.length;
		const view = slot.add(number, length, uncompressed, id);
		if (!view) return undefined;
		if (target) slot.setTarget(number, target);
		owner.pending++;
		this.#owners.push(owner);
		this.#places.push(at);
		return view;
	}

	/** Into another slot. */
	async #addAnew(owner: Owner, at: number, length: number, uncompressed: number, id: Uint8Array, target: BlobTarget | undefined, isLarge: boolean): Promise<Uint8Array> {
		this.flush();
		this.#slot = await this.#crew.take(isLarge);
		return this.#add(owner, at, length, uncompressed, id, target)!;
	}

	/** Hands over what there is. */
	flush(): void {
		if (this.#slot < 0) return;
		const owners = this.#owners;
		const places = this.#places;
		this.#crew.offer(this.#slot, owners.length, this.#task, (slot, count) => {
			for (let number = 0; number < count; number++) {
				const owner = owners[number]!;
				owner.pending--;
				this.#onBlob(owner, places[number]!, slot, number);
			}
		});
		this.#slot = -1;
		this.#owners = [];
		this.#places = [];
	}
}
