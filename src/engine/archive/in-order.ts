/** More steps than this do not wait here: their nodes are in memory. Enough that the walk can go on while all threads are at one large file. */
const most = 512;

type Step = () => void | Promise<void>;

/**
Runs steps one after another in the order in which they were given, though some must wait for content that is still being stored. While nothing
waits, a step runs at once and no promise is made.
*/
export class InOrder {
	readonly #waiting: Step[] = [];
	#running: Promise<void> | undefined;
	#failure: {error: unknown} | undefined;
	#room: PromiseWithResolvers<void> | undefined;

	/** A promise means: wait before giving the next step. Throws what an earlier step threw. */
	run(step: Step): void | Promise<void> {
		if (this.#failure) throw this.#failure.error;
		if (!this.#running) {
			const first = step();
			if (first) this.#running = this.#drain(first);
			return undefined;
		}
		this.#waiting.push(step);
		if (this.#waiting.length < most) return undefined;
		this.#room ??= Promise.withResolvers();
		return this.#room.promise;
	}

	/** Resolves when all steps have run; rejects with what one of them threw. */
	async settled(): Promise<void> {
		await this.#running;
		if (this.#failure) throw this.#failure.error;
	}

	async #drain(first: Promise<void>): Promise<void> {
		try {
			await first;
			for (let next = this.#next(); next; next = this.#next()) await next();
		} catch (error) {
			this.#failure = {error};
			this.#waiting.length = 0;
		}
		this.#running = undefined;
		this.#room?.resolve();
	}

	#next(): Step | undefined {
		if (this.#waiting.length < most / 2) {
			this.#room?.resolve();
			this.#room = undefined;
		}
		return this.#waiting.shift();
	}
}
