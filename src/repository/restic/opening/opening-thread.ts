import {workerData} from 'node:worker_threads';
import {Board} from './board.ts';
import {claimSlot} from './claimed-slot.ts';
import {Slot} from './slot.ts';
import {SlotWorker} from './slot-worker.ts';
import type {ClaimedSlot} from './claimed-slot.ts';

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

const next = (): ClaimedSlot | undefined => (board.isStopped ? undefined : claimSlot(board, slots));

while (!board.isStopped) {
	const mark = board.workMark;
	const claimed = next();
	if (claimed) worker.work(claimed, next);
	else if (!worker.finish()) board.waitForWork(mark);
}
