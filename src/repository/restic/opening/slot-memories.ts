import {slotBytes} from './slot.ts';

/**
Memory of slots whose crew has ended. V8 does not see how much lies behind buffers that threads share, and so may leave those of a thousand crews uncollected; they are
used again instead.
*/
const idle: SharedArrayBuffer[] = [];

/** More than one crew at a time has are rarely wanted again. */
const mostIdle = 16;

export const takeSlotMemories = (count: number): SharedArrayBuffer[] => Array.from({length: count}, () => idle.pop() ?? new SharedArrayBuffer(slotBytes));

/** Only once no thread can touch them any more. */
export function giveSlotMemories(memories: readonly SharedArrayBuffer[]): void {
	idle.push(...memories.slice(0, Math.max(0, mostIdle - idle.length)));
}
