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
		let view = this.#slot < 0 ? undefined : this.#crew.slot(this.#slot).add(this.#owners.length, length, uncompressed, id);
		if (!view) {
			this.flush();
			this.#slot = await this.#crew.take(length > smallSealed || uncompressed > smallPlain);
			view = this.#crew.slot(this.#slot).add(0, length, uncompressed, id)!;
		}
		const target = this.#targetOf?.(owner, at);
		if (target) this.#crew.slot(this.#slot).setTarget(this.#owners.length, target);
		owner.pending++;
		this.#owners.push(owner);
		this.#places.push(at);
		return view;
	}

	/** As `room` for a blob that lies in an open file: whoever works on it reads it there, and the file stays open until then. */
	async refer(owner: Owner, at: number, length: number, uncompressed: number, id: Uint8Array, place: FilePlace): Promise<void> {
		if (this.#slot >= 0 && !this.#crew.slot(this.#slot).isFollowedBy(this.#owners.length, place)) this.flush();
		await this.room(owner, at, length, uncompressed, id);
		if (this.#owners.length === 1) this.#crew.slot(this.#slot).setSource(place);
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
