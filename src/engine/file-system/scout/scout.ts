import type {Worker} from 'node:worker_threads';
import type {EntryFacts} from '../../../repository/entry-facts.ts';
import {fillFacts} from '../linux/read-facts.ts';
import type {NameList} from '../name-list.ts';
import {ScoutRing, outcomes} from './scout-ring.ts';
import {startScoutThread} from './start-scout-thread.ts';

/** A directory whose entries are looked at ahead of the walk. Its descriptor is the scout's own, since a walk may close a directory and open it again. */
export type ScoutedDirectory = {readonly fd: number; /** Entry number of name 0, and the names fed so far, in its sorted order. */ first: number; fed: number};

/** Descriptors that the thread may still be using; with more of them nothing further is scouted until it has caught up. */
const mostLeft = 16;
/** Most directories are shorter, and waking the thread costs as much as looking at some ten entries. */
const firstFeed = 128;

/**
Looks at the entries of long directories on another thread while the walk works on those before. Everything it says is what the same call would have said to the walk, a
moment earlier; where it says nothing, the walk asks by itself.
*/
export class Scout {
	readonly #ring = new ScoutRing();
	readonly #worker: Worker;
	readonly #ended: Promise<void>;
	readonly #closeFd: (fd: number) => void;
	#current: ScoutedDirectory | undefined;
	#feed = firstFeed;
	/** Not left yet. A walk that fails leaves none of its directories. */
	readonly #begun = new Set<ScoutedDirectory>();
	readonly #left: Array<{fd: number; end: number}> = [];
	#isGone = false;

	constructor(closeFd: (fd: number) => void) {
		this.#closeFd = closeFd;
		this.#worker = startScoutThread({memory: this.#ring.memory});
		// Without the thread the walk does everything by itself, as on a machine with one core.
		this.#worker.on('error', () => (this.#isGone = true));
		this.#ended = new Promise(resolve => {
			this.#worker.once('exit', () => {
				this.#isGone = true;
				resolve();
			});
		});
	}

	/** Whether a directory may be handed over now. */
	get hasRoom(): boolean {
		this.#closeLeft();
		return !this.#isGone && this.#ring.isReady && this.#left.length < mostLeft;
	}

	/** Takes over `fd`. */
	begin(fd: number): ScoutedDirectory {
		const directory = {fd, first: 0, fed: 0};
		this.#begun.add(directory);
		return directory;
	}

	/** Begins with the directory's first names, before anybody asks for them. */
	lookAhead(directory: ScoutedDirectory, names: NameList): void {
		if (!this.#isGone) this.#feedFrom(directory, names, 0);
	}

	/** What the scout has found out about the name at `index`, of which `facts` are filled in; 0 when it has not been there. */
	look(directory: ScoutedDirectory, names: NameList, index: number, facts: EntryFacts): number {
		if (this.#isGone) return 0;
		if (this.#current !== directory || directory.fed - index < Math.min(this.#feed >> 1, names.length - index)) this.#feedFrom(directory, names, index);
		const ring = this.#ring;
		const entry = (directory.first + index) | 0;
		ring.passTo((entry + 1) | 0);
		const outcome = ring.outcomeOf(entry);
		if ((outcome & outcomes.status) !== 0) fillFacts(ring.statusWords, ring.statusOf(entry), facts);
		return outcome;
	}

	/** Without effect after `close`, which has closed its descriptor. */
	end(directory: ScoutedDirectory): void {
		if (!this.#begun.delete(directory)) return;
		const {fed} = this.#ring;
		if (this.#current === directory) this.#drop();
		this.#left.push({fd: directory.fd, end: fed});
		this.#closeLeft();
	}

	/** Resolves when the thread has ended and every descriptor is closed. */
	async close(): Promise<void> {
		this.#drop();
		this.#ring.stop();
		this.#worker.ref();
		await this.#ended;
		const open = [...this.#left.splice(0), ...this.#begun];
		this.#begun.clear();
		for (const {fd} of open) this.#closeFd(fd);
	}

	#feedFrom(directory: ScoutedDirectory, names: NameList, index: number): void {
		const ring = this.#ring;
		if (this.#current !== directory) {
			this.#drop();
			this.#current = directory;
			directory.first = (ring.fed - index) | 0;
			directory.fed = index;
		} else this.#feed = Math.min(this.#feed * 2, ScoutRing.slots);
		const end = Math.min(names.length, index + this.#feed);
		const {bytes} = names;
		for (let name = directory.fed; name < end; name++) ring.feed((directory.first + name) | 0, directory.fd, bytes, names.startOf(name), names.endOf(name));
		directory.fed = end;
		ring.publish((directory.first + end) | 0);
	}

	/** What was fed and not looked at is not wanted any more. */
	#drop(): void {
		this.#current = undefined;
		this.#feed = firstFeed;
		this.#ring.passTo(this.#ring.fed);
	}

	#closeLeft(): void {
		const {length} = this.#left;
		if (length === 0) return;
		const stay = this.#left.filter(({fd, end}) => {
			if (!this.#isGone && !this.#ring.isPast(end)) return true;
			this.#closeFd(fd);
			return false;
		});
		if (stay.length < length) this.#left.splice(0, length, ...stay);
	}
}
