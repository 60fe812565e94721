import {setImmediate as turn} from 'node:timers/promises';
import {LazaretteError} from '../../../base/errors.ts';
import {Board, boardBytes, states} from './board.ts';
import {machineLimits} from '../threads/machine-limits.ts';
import {planThreads} from '../threads/plan-threads.ts';
import {claimSlot} from './claimed-slot.ts';
import {Slot} from './slot.ts';
import {giveSlotMemories, takeSlotMemories} from './slot-memories.ts';
import {SlotWorker} from './slot-worker.ts';
import {startOpeningThread} from './start-thread.ts';
import type {Worker} from 'node:worker_threads';
import type {MasterKey} from '../crypto/master-key.ts';
import type {Task} from './slot.ts';

/** Looks at what has become of the blobs in a slot. Their bytes are only valid during the call. */
export type Deliver = (slot: Slot, count: number) => void;

export type OpeningCrewOptions = {
	/** How many fill slots at the same time. */
	lanes: number;
	/** Besides the caller's; as many as this process has cores and memory for unless given. */
	threads?: number;
	/** Bytes handed over before they start, for who may have too little for a thread to be worth its start; 0 unless given. */
	startBytes?: number;
};

const waitMs = 1;

/** Slots of small blobs may wait in such a number that no thread runs out of work while the caller is busy with its own. */
const mostSlots = 8;
/** Bytes that may wait; beyond, there are only as many slots as are needed to keep everybody at work. */
const mostWaiting = 4 * 1024 * 1024;

/**
Opens and proves blobs on all cores. Who has sealed blobs takes a slot, fills it and offers it; whichever thread is free works on it, the caller's own included
while it would otherwise wait, and what comes out is delivered on the caller's thread, in no particular order.
*/
export class OpeningCrew {
	readonly #worker: SlotWorker;
	readonly #board: Board;
	readonly #slots: Slot[];
	#memories: SharedArrayBuffer[];
	readonly #workers: Worker[] = [];
	/** What to do with each slot that was offered; undefined for one that is free or being filled. */
	readonly #deliver: Array<Deliver | undefined>;
	readonly #taken: boolean[];
	/** Bytes that lie in each slot that was offered. */
	readonly #bytes: number[];
	readonly #leastSlots: number;
	readonly #startThreads: () => void;
	/** Bytes still to be handed over before the threads start. */
	#untilStart: number;
	/** Why nothing more can come of it. */
	#failure: unknown;
	#closing = false;

	constructor(key: MasterKey, {lanes, threads = planThreads(machineLimits()), startBytes = 0}: OpeningCrewOptions) {
		const count = Math.max(mostSlots, lanes + threads + 1);
		this.#leastSlots = lanes + threads + 1;
		const board = new SharedArrayBuffer(boardBytes(count));
		const memories = takeSlotMemories(count);
		this.#memories = memories;
		this.#worker = new SlotWorker(key);
		this.#board = new Board(board);
		this.#slots = memories.map(memory => new Slot(memory));
		this.#deliver = Array.from({length: count}, () => undefined);
		this.#taken = Array.from({length: count}, () => false);
		this.#bytes = Array.from({length: count}, () => 0);
		this.#startThreads = () => {
			for (let thread = 0; thread < threads; thread++) this.#workers.push(this.#watch(startOpeningThread({key, board, slots: memories})));
		};
		this.#untilStart = startBytes;
		if (startBytes === 0) this.#startThreads();
	}

	/** A slot to fill, with a large blob or with others. Delivers meanwhile what is done, and works itself while all slots wait for a thread. @throws what a delivery throws; Unexpected when a thread has died */
	async take(isLarge = false): Promise<number> {
		for (;;) {
			const mark = this.#board.doneMark;
			this.#collect();
			const free = this.#freeSlot(isLarge);
			if (free >= 0) {
				this.#taken[free] = true;
				return free;
			}
			// Others on this thread may have better to do than what the crew can do as well.
			if (this.#board.doneMark === mark) await turn();
			if (this.#board.doneMark === mark && !this.#help()) this.#board.waitForDone(mark, waitMs);
		}
	}

	/** Those that have been started, besides the caller's. */
	get threads(): number {
		return this.#workers.length;
	}

	slot(number: number): Slot {
		return this.#slots[number]!;
	}

	/** Hands a slot with `count` blobs over. */
	offer(number: number, count: number, task: Task, deliver: Deliver): void {
		this.#deliver[number] = deliver;
		const slot = this.#slots[number]!;
		this.#bytes[number] = slot.heldBytes(count, task);
		const isStart = this.#untilStart > 0 && (this.#untilStart -= slot.bytesOf(count)) <= 0;
		this.#board.offer(number, count, task);
		if (isStart) this.#startThreads();
	}

	/** Resolves when everything that was offered is delivered. */
	async drain(): Promise<void> {
		for (;;) {
			const mark = this.#board.doneMark;
			this.#collect();
			if (this.#deliver.every(deliver => !deliver)) return;
			await turn();
			if (this.#board.doneMark === mark && !this.#help()) this.#board.waitForDone(mark, waitMs);
		}
	}

	/** Ends the threads. Nothing may be asked for any more. */
	async close(): Promise<void> {
		this.#closing = true;
		this.#failure ??= new LazaretteError('Unexpected', 'blobs were asked for of a crew that is closed');
		this.#board.stop();
		await this.endThreads();
		giveSlotMemories(this.#memories);
		this.#memories = [];
	}

	/** Ends the threads wherever they are, as the system does when memory runs out. */
	async endThreads(): Promise<void> {
		await Promise.all(this.#workers.map(async worker => worker.terminate()));
	}

	#collect(): void {
		if (this.#failure !== undefined) throw this.#failure;
		for (let number = 0; number < this.#slots.length; number++) {
			const deliver = this.#deliver[number];
			if (!deliver || this.#board.stateOf(number) !== states.done) continue;
			this.#deliver[number] = undefined;
			deliver(this.#slots[number]!, this.#board.countOf(number));
			this.#board.free(number);
			this.#taken[number] = false;
			this.#bytes[number] = 0;
		}
	}

	/**
	The lowest. What a blob has touched stays memory, so large ones come to lie where others did before, and wait for one of those slots rather than touch another's: but only while there is work, whose end
	may free one. Who fills slots elsewhere holds on to them.
	*/
	#freeSlot(isLarge: boolean): number {
		const taken = this.#taken.filter(Boolean).length;
		if (taken >= this.#leastSlots && this.#bytes.reduce((sum, bytes) => sum + bytes) > mostWaiting) return -1;
		const free = this.#taken.indexOf(false);
		return isLarge && free >= this.#leastSlots && this.#deliver.some(Boolean) ? -1 : free;
	}

	/** Works on one slot, or goes on with what is left of one; false when there is neither. */
	#help(): boolean {
		try {
			const claimed = claimSlot(this.#board, this.#slots);
			if (!claimed) return this.#worker.finish();
			this.#worker.work(claimed, () => undefined);
			return true;
		} catch (error) {
			// Its slot stays claimed: who waited for that would wait for ever.
			this.#failure ??= error;
			throw error;
		}
	}

	#watch(worker: Worker): Worker {
		const fail = (cause: unknown): void => {
			if (this.#closing) return;
			this.#failure ??= new LazaretteError('Unexpected', 'a thread that opens blobs has ended before its work was done', {
				hint: 'nothing was written that is not proven; try again, with more memory if it happens again',
				retry: 'later',
				cause,
			});
		};
		return worker.once('error', fail).once('exit', code => fail(new Error(`exit code ${code}`)));
	}
}
