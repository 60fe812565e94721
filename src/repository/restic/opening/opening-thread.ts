import {workerData} from 'node:worker_threads';
import {Board} from './board.ts';
import {Slot} from './slot.ts';
import {SlotWorker} from './slot-worker.ts';

/** What a thread is started with. The key never leaves the process. */
export type OpeningThreadData = {
	key: {encrypt: Uint8Array; macK: Uint8Array; macR: Uint8Array};
	board: SharedArrayBuffer;
	slots: SharedArrayBuffer[];
};

const {key, board: boardMemory, slots: slotMemories} = workerData as OpeningThreadData;
const board = new Board(boardMemory);
const slots = slotMemories.map(memory => new Slot(memory));
const worker = new SlotWorker({encrypt: Buffer.from(key.encrypt), macK: Buffer.from(key.macK), macR: Buffer.from(key.macR)});

while (!board.isStopped) {
	const mark = board.workMark;
	const slot = board.claim();
	if (slot < 0) {
		board.waitForWork(mark);
		continue;
	}
	worker.work(slots[slot]!, board.countOf(slot), board.taskOf(slot));
	board.finish(slot);
}
