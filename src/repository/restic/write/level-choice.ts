/** A thorough level must save this share over the quick one. Stored bytes stay within 4 % of restic's, which knows one level only. */
const leastGain = 0.03;

/** After two blobs that say the same, one in so many is tried at most. */
const longestGap = 16;

/**
Which of two levels suits the large blobs that come, judged by those that were compressed with both: two at the beginning, then ever fewer while they agree
with the choice. One for each thread, since each sees other files.
*/
export class LevelChoice {
	/** Of trials, with half the weight for each that has followed. */
	#quickBytes = 0;
	#thoroughBytes = 0;
	#gap = 1;
	#untilTrial = 1;

	/** Whether the thorough level is worth its time, as far as is known. */
	get isThorough(): boolean {
		return this.#thoroughBytes <= this.#quickBytes * (1 - leastGain);
	}

	/** Counts a large blob, and tells whether it should be compressed with both levels. */
	isTrial(): boolean {
		this.#untilTrial--;
		if (this.#untilTrial > 0) return false;
		this.#untilTrial = this.#gap;
		return true;
	}

	/** What became of a trial. One that is not worth compressing at all teaches nothing. */
	learn(quickBytes: number, thoroughBytes: number): void {
		const before = this.isThorough;
		const isFirst = this.#quickBytes === 0;
		this.#quickBytes = this.#quickBytes / 2 + quickBytes;
		this.#thoroughBytes = this.#thoroughBytes / 2 + thoroughBytes;
		this.#gap = !isFirst && before === this.isThorough ? Math.min(this.#gap * 2, longestGap) : 1;
		this.#untilTrial = this.#gap;
	}
}
