import {idToHex} from '../blob-id.ts';
import {faults} from './blob-opener.ts';
import {tasks} from './slot.ts';
import {writePlain} from './write-plain.ts';
import type {BlobOpener, Fault} from './blob-opener.ts';
import type {Slot} from './slot.ts';

/** Does to the first `count` blobs of a slot what `task` says, and notes what is wrong with each. What was opened and has a file to go to is written. */
export function workOnSlot(opener: BlobOpener, slot: Slot, count: number, task: number): void {
	for (let number = 0; number < count; number++) {
		const fault = workOnBlob(opener, slot, number, task);
		slot.setFault(number, fault);
		const target = fault === faults.none && task === tasks.open ? slot.targetOf(number) : undefined;
		if (target) slot.setWritten(number, writePlain(target, slot.plainOf(number)));
	}
}

function workOnBlob(opener: BlobOpener, slot: Slot, number: number, task: number): Fault {
	const sealed = slot.sealedOf(number);
	if (task === tasks.proveSeal) return opener.proveSeal(sealed);
	const uncompressed = slot.uncompressedOf(number);
	const id = idToHex(slot.idOf(number));
	return task === tasks.open ? opener.open(sealed, uncompressed > 0, id, slot.roomOf(number)) : opener.prove(sealed, uncompressed, id);
}
