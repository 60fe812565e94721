/** A thorough level must save this share of a sample over the quick one; of a whole blob it saves half as much again. Stored bytes stay within 4 % of restic's, which knows one level only. */
const leastGain = 0.02;

/** After two blobs that say the same, one in so many is tried at most. */
const longestGap = 16;

/**
Which of two levels suits the large blobs that come, judged by samples of those that were compressed with both: two at the beginning, then ever fewer while they agree
with the choice. One for each thread, since each sees other files.
*/
export class LevelChoice {
	/** Share saved in trials so far, with half the weight for each that has followed. */
	#gain: number | undefined;
	#gap = 1;
	#untilTrial = 1;

	/** Whether the thorough level is worth its time, as far as is known. */
	get isThorough(): boolean {
		return this.#gain !== undefined && this.#gain >= leastGain;
	}

	/** Counts a large blob, and tells whether a sample of it should be compressed with both levels. */
	isTrial(): boolean {
		this.#untilTrial--;
		if (this.#untilTrial > 0) return false;
		this.#untilTrial = this.#gap;
		return true;
	}

	/** What became of a trial. One that speaks against the choice is followed by another at once, until the choice is clear again. */
	learn(quickBytes: number, thoroughBytes: number): void {
		const gain = 1 - thoroughBytes / quickBytes;
		const agrees = this.#gain !== undefined && gain >= leastGain === this.isThorough;
		this.#gain = this.#gain === undefined ? gain : (this.#gain + gain) / 2;
		this.#next(agrees);
	}

	/** What is not worth compressing at all says nothing about the levels. */
	learnNothing(): void {
		this.#next(true);
	}

	#next(agrees: boolean): void {
		this.#gap = agrees ? Math.min(this.#gap * 2, longestGap) : 1;
		this.#untilTrial = this.#gap;
	}
}
