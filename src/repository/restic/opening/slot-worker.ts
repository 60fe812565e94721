import {copyShared} from '../../../base/copy-shared.ts';
import {idToHex} from '../blob-id.ts';
import {BlobOpener, faults} from './blob-opener.ts';
import {Prover} from './prover.ts';
import {readFully} from './read-fully.ts';
import {windowBytes} from './sealed-source.ts';
import {tasks} from './slot.ts';
import {writePlain} from './write-plain.ts';
import type {MasterKey} from '../crypto/master-key.ts';
import type {Fault} from './blob-opener.ts';
import type {ClaimedSlot} from './claimed-slot.ts';
import type {SealedSource} from './sealed-source.ts';
import type {Slot} from './slot.ts';

/** Does what the crew's slots ask for, on one thread. */
export class SlotWorker {
	readonly #key: MasterKey;
	#opener: BlobOpener | undefined;
	#prover: Prover | undefined;

	constructor(key: MasterKey) {
		this.#key = key;
	}

	/** Does what is asked for of a slot, and of those that `nextSlot` gives while there is use for them. One that is to be proven may be left unfinished. */
	work(claimed: ClaimedSlot, nextSlot: () => ClaimedSlot | undefined): void {
		if (claimed.task === tasks.open) {
			this.#open(claimed.slot, claimed.count);
			claimed.finish();
		} else this.#prove(claimed, nextSlot);
	}

	/** Goes on for a while with what was left; false when there is nothing. Whoever finds no other slot to work on calls it until then. */
	finish(): boolean {
		return this.#prover?.finish() ?? false;
	}

	/** What was opened and has a file to go to is written, and all else put into the slot. */
	#open(slot: Slot, count: number): void {
		const opener = (this.#opener ??= new BlobOpener(this.#key));
		const source = sourceOf(slot);
		const length = slot.sealedBytes(count);
		const row = source && length <= windowBytes ? opener.load(source, length) : undefined;
		for (let number = 0; number < count; number++) {
			const [at, size, uncompressed, id] = [slot.sealedAtOf(number), slot.sealedLengthOf(number), slot.uncompressedOf(number), idToHex(slot.idOf(number))];
			let opened: Uint8Array | Fault = faults.unread;
			if (!source) opened = opener.open(slot.sealedOf(number), uncompressed, id);
			else if (row) opened = opener.open(row.subarray(at, at + size), uncompressed, id);
			else if (length > windowBytes) opened = opener.openFrom(source, size, uncompressed, id);
			slot.setFault(number, typeof opened === 'number' ? opened : faults.none);
			if (typeof opened === 'number') continue;
			const target = slot.targetOf(number);
			if (target) slot.setWritten(number, writePlain(target, opened));
			else copyShared(slot.plainOf(number), opened);
		}
		opener.forget();
	}

	/** Proofs go on from slot to slot without a gap; others are done in between. */
	#prove(first: ClaimedSlot, nextSlot: () => ClaimedSlot | undefined): void {
		this.#prover ??= new Prover(this.#key);
		let next: ClaimedSlot | undefined = first;
		this.#prover.prove(() => {
			let claimed = next ?? nextSlot();
			next = undefined;
			for (; claimed?.task === tasks.open; claimed = nextSlot()) {
				this.#open(claimed.slot, claimed.count);
				claimed.finish();
			}
			if (!claimed) return undefined;
			const {slot, count, task, finish} = claimed;
			return {slot, count, keeps: task === tasks.proveAndKeep, source: sourceOf(slot) ?? ((into, from) => slot.copySealed(into, from)), finish};
		});
	}
}

/** The file in which the slot's blobs lie, if any. */
function sourceOf({source}: Slot): SealedSource | undefined {
	return source && ((into, from) => readFully(source.fd, into, source.position + from));
}
