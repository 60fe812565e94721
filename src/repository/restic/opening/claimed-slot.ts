import type {Board} from './board.ts';
import type {Slot} from './slot.ts';

/** A slot that one thread works on. */
export type ClaimedSlot = {
	slot: Slot;
	/** Blobs in it. */
	count: number;
	/** One of slot.ts's `tasks`. */
	task: number;
	/** Hands it back. */
	finish: () => void;
};

export function claimSlot(board: Board, slots: readonly Slot[]): ClaimedSlot | undefined {
	const number = board.claim();
	if (number < 0) return undefined;
	return {slot: slots[number]!, count: board.countOf(number), task: board.taskOf(number), finish: () => board.finish(number)};
}
