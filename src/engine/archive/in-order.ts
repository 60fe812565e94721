/** Steps for more entries than this do not wait here: what they will add is in memory. Enough that the walk can go on while all threads are at one large file. */
const most = 512;

export type Step = () => void | Promise<void>;

/** A step that may have to wait for something; whoever lets it go on then calls `proceed`. */
export type LateStep = {readonly isReady: boolean; run: Step};

/**
Runs steps one after another in the order in which they were given, though some must wait for content that is still being stored. While nothing
waits, a step runs at once; only steps that are asynchronous themselves cost a promise.
*/
export class InOrder {
	readonly #waiting: Array<Step | LateStep> = [];
	/** How many entries each of them stands for. */
	readonly #weights: number[] = [];
	#weight = 0;
	#isRunning = false;
	#failure: {error: unknown} | undefined;
	#room: PromiseWithResolvers<void> | undefined;
	#settled: PromiseWithResolvers<void> | undefined;

	/** `entries`: how many the step is for. A promise means: wait before giving the next step. Throws what this or an earlier step threw. */
	run(step: Step | LateStep, entries = 1): void | Promise<void> {
		this.#throwIfFailed();
		this.#waiting.push(step);
		this.#weights.push(entries);
		this.#weight += entries;
		this.proceed();
		this.#throwIfFailed();
		if (this.#weight < most) return undefined;
		this.#room ??= Promise.withResolvers();
		return this.#room.promise;
	}

	/** The first step that waits may be ready now. Never throws: who gives the next step learns of a failure. */
	proceed(): void {
		for (let next = this.#waiting[0]; next && this.#canRun(next); next = this.#waiting[0]) {
			this.#waiting.shift();
			this.#weight -= this.#weights.shift()!;
			this.#begin(next);
		}
		this.#tell();
	}

	/** No further step begins. */
	fail(error: unknown): void {
		this.#failure ??= {error};
		this.#waiting.length = 0;
		this.#weights.length = 0;
		this.#weight = 0;
		this.#tell();
	}

	/** Resolves when all steps have run; rejects with what one of them threw, or `fail` was given, when none is running any more. */
	async settled(): Promise<void> {
		if (!this.#isSettled) {
			this.#settled ??= Promise.withResolvers();
			await this.#settled.promise;
		}
		this.#throwIfFailed();
	}

	get #isSettled(): boolean {
		return !this.#isRunning && this.#waiting.length === 0;
	}

	#canRun(step: Step | LateStep): boolean {
		return !this.#isRunning && (typeof step === 'function' || step.isReady);
	}

	#begin(step: Step | LateStep): void {
		this.#isRunning = true;
		try {
			const running = typeof step === 'function' ? step() : step.run();
			if (running) {
				void this.#awaitStep(running);
				return;
			}
		} catch (error) {
			this.fail(error);
		}
		this.#isRunning = false;
	}

	async #awaitStep(running: Promise<void>): Promise<void> {
		try {
			await running;
		} catch (error) {
			this.fail(error);
		}
		this.#isRunning = false;
		this.proceed();
	}

	#tell(): void {
		if (this.#weight < most / 2) {
			this.#room?.resolve();
			this.#room = undefined;
		}
		if (this.#isSettled) {
			this.#settled?.resolve();
			this.#settled = undefined;
		}
	}

	#throwIfFailed(): void {
		if (this.#failure) throw this.#failure.error;
	}
}
