import {isDamage} from './findings.ts';
import type {Slot} from '../opening/slot.ts';
import type {TreeFacts} from './tree-facts.ts';

/** Reads trees out of slots, where their proven plaintext stands. */
export class TreesInSlots {
	readonly #facts: TreeFacts;

	constructor(facts: TreeFacts) {
		this.#facts = facts;
	}

	/** What is no tree is left to the walk, which says so if an archive reaches it. */
	read(slot: Slot, number: number): void {
		const reader = this.#facts.reader(slot.idOf(number));
		if (!reader) return;
		try {
			reader.push(slot.plainOf(number));
			reader.end();
		} catch (error) {
			if (!isDamage(error)) throw error;
		}
	}
}
