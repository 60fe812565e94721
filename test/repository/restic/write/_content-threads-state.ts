/** `large` has no holes to be looked for; `sparse` has; `small` fits the ring; `grown` goes into the ring and turns out to be large. */
export type FileKind = 'small' | 'grown' | 'large' | 'sparse';

/** The world that is searched. */
export type World = {
	threads: number;
	files: readonly FileKind[];
	/** Places in the ring. */
	slots: number;
	/** Pieces of each large file. */
	pieces: number;
	/** Places for IDs of pieces that wait to be taken. */
	entries: number;
	/** Pieces that are looked at for holes at a time. */
	looksAhead: number;
	/** How often storing has to wait for uploads. */
	holds: number;
	/** How often the archive is given up, at any turn of the event loop. */
	stops: number;
	/** How often a thread ends early, at any of its steps, with all that it holds. */
	deaths: number;
	rules: Rules;
};

/** Rules of the protocol. A search without one of them has to find out why it is there. */
export type Rules = {
	/** `ThreadSignals.sleep` looks at the word to stop once more. */
	looksAtStopBeforeSleep: boolean;
	/** `ContentPool.#wait` does not wait while `LargeFiles.isHeldUp`. */
	looksAtHeldUp: boolean;
	/** `ContentPool.#wait` collects after it has said that it waits. */
	collectsAfterWaitInMain: boolean;
	/** `ContentLane.advance` counts the last piece before it tells the end. */
	cutsBeforeEnd: boolean;
	/** `ThreadSignals.tellStop` wakes. */
	wakesOnStop: boolean;
};

export const allRules: Rules = {looksAtStopBeforeSleep: true, looksAtHeldUp: true, collectsAfterWaitInMain: true, cutsBeforeEnd: true, wakesOnStop: true};

const names = [
	// ThreadSignals. `mark` stands in the threads that remember it, as whether it has changed since; `sleepers` follows from where threads are, `ready` too.
	'stop', 'isHeld', 'mainWaits',
	// FileRing
	'offered', 'claimed',
	// FileCursor; `lock` is held or not, by whom follows from where all are.
	'lock', 'cursorState', 'cut', 'taken', 'position', 'mapEnd',
	// What comes to the event loop
	'doneMessages', 'failedMessages', 'isScheduled', 'room',
	// What may still happen
	'holdsLeft', 'stopsLeft', 'deathsLeft',
	// The main thread's own
	'step', 'afterWake', 'afterCollect', 'nextFile', 'collected', 'worked', 'hasNews', 'attendNews', 'isHeldUp', 'number', 'hasFailed', 'isFlushing',
	'wrong',
] as const;

/** Where each number stands in a state. */
export const at = Object.fromEntries(names.map((name, index) => [name, index])) as Readonly<Record<(typeof names)[number], number>>;

export const stopped = {none: 0, finish: 1, abandon: 2} as const;
export const cursorStates = {none: 0, open: 1, ended: 2} as const;
export const worked = {nothing: 0, locked: 1, stored: 2} as const;
/** Where a file is; the last three are answers. */
export const places = {withWalk: 0, inRing: 1, waiting: 2, underCursor: 3, stored: 4, failed: 5, refused: 6} as const;
export const faults = ['', 'a file is answered twice', 'a file is answered before all of it is stored', 'an ID is overwritten before it is taken', 'a slot is filled twice'] as const;
/** Beyond every position: no hole is to be looked for any more. */
export const infinity = 255;
/** Where an entry is held, and none is. */
export const noEntry = 254;

const threadBytes = 3;

/** Where the numbers of slots, entries, files and threads stand. */
export class Layout {
	readonly world: World;
	readonly #entries: number;
	readonly #files: number;
	readonly #threads: number;

	constructor(world: World) {
		this.world = world;
		this.#entries = names.length + world.slots;
		this.#files = this.#entries + world.entries;
		this.#threads = this.#files + world.files.length;
	}

	/** 1 when the file in the slot was stored. */
	slot(number: number): number {
		return names.length + (number % this.world.slots);
	}

	/** 1 when the ID stands in its place. */
	entry(number: number): number {
		return this.#entries + (number % this.world.entries);
	}

	file(number: number): number {
		return this.#files + number;
	}

	step(thread: number): number {
		return this.#threads + thread * threadBytes;
	}

	/** Whether the mark has changed since the thread has read it. */
	isStale(thread: number): number {
		return this.step(thread) + 1;
	}

	/** What the thread has in hand: `claimed` as it was read, a slot or an entry. */
	number(thread: number): number {
		return this.step(thread) + 2;
	}

	start(): Uint8Array {
		const state = new Uint8Array(this.#threads + this.world.threads * threadBytes);
		const {holds, stops, deaths} = this.world;
		state[at.holdsLeft] = holds;
		state[at.stopsLeft] = stops;
		state[at.deathsLeft] = deaths;
		return state;
	}

	/** Threads do not differ: one order of them stands for all. */
	sortThreads(state: Uint8Array): void {
		for (let thread = 1; thread < this.world.threads; thread++) {
			for (let other = thread; other > 0 && this.#rank(state, other - 1) > this.#rank(state, other); other--) {
				const here = this.step(other);
				for (let byte = here; byte < here + threadBytes; byte++) [state[byte], state[byte - threadBytes]] = [state[byte - threadBytes]!, state[byte]!];
			}
		}
	}

	#rank(state: Uint8Array, thread: number): number {
		return (state[this.step(thread)]! << 16) | (state[this.isStale(thread)]! << 8) | state[this.number(thread)]!;
	}

	/** The first file in such a place, or -1: files come to each place in their order. */
	firstIn(state: Uint8Array, place: number): number {
		for (let file = 0; file < this.world.files.length; file++) if (state[this.#files + file] === place) return file;
		return -1;
	}

	hasLarge(state: Uint8Array): boolean {
		return this.firstIn(state, places.waiting) >= 0 || this.firstIn(state, places.underCursor) >= 0;
	}

	answer(state: Uint8Array, file: number, place: number): void {
		if (state[this.file(file)]! >= places.stored) state[at.wrong] = faults.indexOf('a file is answered twice');
		state[this.file(file)] = place;
	}

	describe(state: Uint8Array): string {
		const own = names.filter(name => name !== 'step' && state[at[name]] !== 0).map(name => `${name}=${state[at[name]]}`);
		const files = this.world.files.map((kind, file) => `${kind}:${Object.keys(places)[state[this.file(file)]!]}`);
		return [...own, ...files].join(' ');
	}
}

/** FileCursor.isOpen, for the holder of the lock. */
export function isOpen(state: Uint8Array, {entries}: World): boolean {
	return state[at.cursorState] === cursorStates.open && state[at.cut]! - state[at.taken]! < entries && state[at.position]! < state[at.mapEnd]!;
}

/** FileCursor.cut. Returns the entry. */
export function cut(state: Uint8Array, layout: Layout): number {
	if (state[at.cut]! - state[at.taken]! >= layout.world.entries) state[at.wrong] = faults.indexOf('an ID is overwritten before it is taken');
	const entry = state[at.cut]! % layout.world.entries;
	state[layout.entry(entry)] = 0;
	state[at.position]!++;
	state[at.cut]!++;
	return entry;
}
