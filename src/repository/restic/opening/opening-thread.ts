import {workerData} from 'node:worker_threads';
import {BlobOpener} from './blob-opener.ts';
import {Board} from './board.ts';
import {Slot} from './slot.ts';
import {workOnSlot} from './work-on-slot.ts';

/** What a thread is started with. The key never leaves the process. */
export type OpeningThreadData = {
	key: {encrypt: Uint8Array; macK: Uint8Array; macR: Uint8Array};
	board: SharedArrayBuffer;
	slots: SharedArrayBuffer[];
};

const {key, board: boardMemory, slots: slotMemories} = workerData as OpeningThreadData;
const board = new Board(boardMemory);
const slots = slotMemories.map(memory => new Slot(memory));
const opener = new BlobOpener({encrypt: Buffer.from(key.encrypt), macK: Buffer.from(key.macK), macR: Buffer.from(key.macR)});

while (!board.isStopped) {
	const mark = board.workMark;
	const slot = board.claim();
	if (slot < 0) {
		board.waitForWork(mark);
		continue;
	}
	workOnSlot(opener, slots[slot]!, board.countOf(slot), board.taskOf(slot));
	board.finish(slot);
}
