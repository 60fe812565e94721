import type {EntryFacts} from '../../repository/entry-facts.ts';
import type {EntryRun} from '../../repository/entry-run.ts';
import type {DirectoryCache, DirectoryPlace} from '../file-system/directory-cache.ts';
import type {NameList} from '../file-system/name-list.ts';
import type {Scout, ScoutedDirectory} from '../file-system/scout/scout.ts';
import {SystemError} from '../file-system/system-error.ts';
import type {Tally} from './tally.ts';

export type ScoutingOptions = {
	directories: DirectoryCache;
	tally: Tally;
	/** Undefined where nothing is to be looked at ahead. */
	startScout: (() => Scout) | undefined;
	/** Entries before it is worth a thread; 4000 unless given. */
	fromEntry?: number;
	/** Names of a directory that it is worth to be handed over; 64 unless given. */
	fromNames?: number;
};

/** A directory in the walk. */
export type ScoutedFrame = {place: DirectoryPlace; names: NameList; scouted: ScoutedDirectory | undefined};

/** Of the entries, at most this part is read by a walk that is worth a scout: who reads content keeps all cores busy with that. */
const readPart = 1 / 8;
/** Entries before that part says anything. */
const fewEntries = 1000;

/** Decides when a scout goes ahead of the walk, and where. */
export class Scouting {
	readonly #options: ScoutingOptions;
	readonly #fromEntry: number;
	readonly #fromNames: number;
	#scout: Scout | undefined;
	#entries = 0;
	#isDismissed = false;

	constructor(options: ScoutingOptions) {
		this.#options = options;
		this.#fromEntry = options.fromEntry ?? 4000;
		this.#fromNames = options.fromNames ?? 64;
	}

	/** The walk is about to work on the directory, and reads the parent's tree first: time for the scout to get ahead. */
	enter(frame: ScoutedFrame): void {
		if (!this.#scout) return;
		this.#consider(frame, 0);
		if (frame.scouted) this.#scout.lookAhead(frame.scouted, frame.names);
	}

	/** Whether a directory may be opened before its turn, so that the scout has something to do until then. */
	get looksBeyond(): boolean {
		return this.#scout !== undefined && !this.#isDismissed && this.#scout.hasRoom;
	}

	/** The walk has opened the directory before its turn. */
	lookBeyond(frame: ScoutedFrame): void {
		this.#consider(frame, 0);
		if (frame.scouted) this.#scout!.lookBeyond(frame.scouted, frame.names);
	}

	/** What the scout has said of the name at `index`, as `Scout.look`; 0 where the walk has to look by itself. */
	look(frame: ScoutedFrame, index: number, facts: EntryFacts): number {
		// Not with every entry: what may have changed is looked at now and then.
		if (this.#entries++ % 64 === 0 || index === 0) this.#consider(frame, index);
		return frame.scouted ? this.#scout!.look(frame.scouted, frame.names, index, facts) : 0;
	}

	/** Names from `index` on of which the scout knows all that is needed to find them unchanged. */
	run(frame: ScoutedFrame, index: number): EntryRun | undefined {
		if (frame.scouted === undefined && index > 0) return undefined;
		this.#consider(frame, index);
		return frame.scouted && this.#scout!.run(frame.scouted, frame.names, index);
	}

	/** The walk has passed over so many names without `look`. */
	passed(count: number): void {
		this.#entries += count;
	}

	/** The walk is through with the directory. */
	leave(frame: ScoutedFrame): void {
		if (frame.scouted) this.#scout!.end(frame.scouted);
		frame.scouted = undefined;
	}

	async close(): Promise<void> {
		await this.#scout?.close();
	}

	#consider(frame: ScoutedFrame, index: number): void {
		const {directories, tally, startScout} = this.#options;
		if (this.#scout && !this.#isDismissed && this.#entries > fewEntries && tally.filesRead > this.#entries * readPart) {
			// It came for what its parent held, and finds that most of it has changed: those who store that need its core and its memory.
			this.#isDismissed = true;
			void this.#scout.close();
		}
		if (frame.scouted || !startScout || frame.names.length - index < this.#fromNames) return;
		if (!this.#scout) {
			if (this.#entries > this.#fromEntry && tally.filesRead <= this.#entries * readPart) this.#scout = startScout();
			return;
		}
		if (this.#isDismissed || !this.#scout.hasRoom) return;
		try {
			frame.scouted = this.#scout.begin(directories.open(frame.place).openAgain());
		} catch (error) {
			// Not at hand in that way: the walk will find out why, if that matters at all.
			if (!(error instanceof SystemError)) throw error;
		}
	}
}
