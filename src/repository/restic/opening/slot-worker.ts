import {idToHex} from '../blob-id.ts';
import {BlobOpener, faults} from './blob-opener.ts';
import {BlobProver, windowBytes} from './blob-prover.ts';
import {readFully} from './read-fully.ts';
import {tasks} from './slot.ts';
import {writePlain} from './write-plain.ts';
import type {MasterKey} from '../crypto/master-key.ts';
import type {SealedSource} from './blob-prover.ts';
import type {Slot} from './slot.ts';

/** Does what the crew's slots ask for, on one thread. */
export class SlotWorker {
	readonly #key: MasterKey;
	#opener: BlobOpener | undefined;
	#prover: BlobProver | undefined;

	constructor(key: MasterKey) {
		this.#key = key;
	}

	/** Does to the first `count` blobs of a slot what `task` says, and notes what is wrong with each. */
	work(slot: Slot, count: number, task: number): void {
		if (task === tasks.open) this.#open(slot, count);
		else this.#prove(slot, count, task === tasks.proveAndKeep);
	}

	/** What was opened and has a file to go to is written. */
	#open(slot: Slot, count: number): void {
		this.#opener ??= new BlobOpener(this.#key);
		const file = slot.source;
		const isThere = !file || readFully(file.fd, slot.sealedRow(count), file.position);
		for (let number = 0; number < count; number++) {
			const fault = isThere ? this.#opener.open(slot.sealedOf(number), slot.uncompressedOf(number) > 0, idToHex(slot.idOf(number)), slot.roomOf(number)) : faults.unread;
			slot.setFault(number, fault);
			const target = fault === faults.none ? slot.targetOf(number) : undefined;
			if (target) slot.setWritten(number, writePlain(target, slot.plainOf(number)));
		}
	}

	#prove(slot: Slot, count: number, keeps: boolean): void {
		this.#prover ??= new BlobProver(this.#key);
		const file = slot.source;
		const source: SealedSource = file ? (into, from) => readFully(file.fd, into, file.position + from) : (into, from) => slot.copySealed(into, from);
		const length = slot.sealedBytes(count);
		const isLoaded = length <= windowBytes && this.#prover.load(source, 0, length);
		for (let number = 0; number < count; number++) {
			const uncompressed = slot.uncompressedOf(number);
			const id = idToHex(slot.idOf(number));
			const keep = keeps ? slot.plainOf(number) : undefined;
			const [at, size] = [slot.sealedAtOf(number), slot.sealedLengthOf(number)];
			if (length > windowBytes) slot.setFault(number, this.#prover.proveFrom(source, at, size, uncompressed, id, keep));
			else slot.setFault(number, isLoaded ? this.#prover.prove(at, size, uncompressed, id, keep) : faults.unread);
		}
	}
}
