import type {Worker} from 'node:worker_threads';
import type {EntryFacts} from '../../../repository/entry-facts.ts';
import type {EntryRun} from '../../../repository/entry-run.ts';
import type {Libc} from '../linux/libc.ts';
import {fillFacts} from '../linux/read-facts.ts';
import type {NameList} from '../name-list.ts';
import {lookAtEntry} from './look-at-entry.ts';
import {ScoutRing, outcomes} from './scout-ring.ts';
import {startScoutThread} from './start-scout-thread.ts';

/** A directory whose entries are looked at ahead of the walk. Its descriptor is the scout's own, since a walk may close a directory and open it again. */
export type ScoutedDirectory = {readonly fd: number; /** Entry number of name 0, and the names fed so far, in its sorted order. */ first: number; fed: number; /** Names from here to `fed` are claimed. */ claimed: number; /** No name is left to be fed. */ isWhole: boolean};

/** Names that are worth a call to who compares them in a row. */
const enough = 64;
/** What the walk does of the scout's work before it looks again whether that is needed. */
const helping = 8;
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
	readonly #libc: Libc;
	readonly #worker: Worker;
	readonly #ended: Promise<void>;
	readonly #closeFd: (fd: number) => void;
	#current: ScoutedDirectory | undefined;
	/** What the walk comes to behind the current one; its names follow when all of that one's are handed over. */
	#next: {directory: ScoutedDirectory; names: NameList} | undefined;
	#feed = firstFeed;
	/** Not left yet. A walk that fails leaves none of its directories. */
	readonly #begun = new Set<ScoutedDirectory>();
	readonly #left: Array<{fd: number; end: number}> = [];
	#isGone = false;

	constructor(libc: Libc, closeFd: (fd: number) => void) {
		this.#libc = libc;
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
		const directory = {fd, first: 0, fed: 0, claimed: 0, isWhole: false};
		this.#begun.add(directory);
		return directory;
	}

	/** Begins with the directory's first names, before anybody asks for them. */
	lookAhead(directory: ScoutedDirectory, names: NameList): void {
		if (!this.#isGone) this.#feedFrom(directory, names, 0);
	}

	/** Begins with the names of a directory in which the walk will be next, as soon as it has handed over all of the one that it is in. */
	lookBeyond(directory: ScoutedDirectory, names: NameList): void {
		if (this.#isGone) return;
		this.#dropNext();
		this.#next = {directory, names};
		if (!this.#current || this.#current.isWhole) this.#feedNext(0);
	}

	/** What was found out about the name at `index`, of which `facts` are filled in; 0 when somebody has to ask. */
	look(directory: ScoutedDirectory, names: NameList, index: number, facts: EntryFacts): number {
		if (!this.#reaches(directory, names, index)) return 0;
		const ring = this.#ring;
		const entry = (directory.first + index) | 0;
		if (ring.claim(entry)) lookAtEntry(this.#libc, ring, entry);
		else while (!ring.isDone(entry) && this.#help(directory, index, 1));
		const outcome = ring.outcomeOf(entry);
		if ((outcome & outcomes.status) !== 0) fillFacts(ring.statusWords, ring.statusOf(entry), facts);
		return outcome;
	}

	/** Names from `index` on that have a status and no attributes, as many as are worth it; undefined when it is none. The walk looks at some of them itself, rather than wait. */
	run(directory: ScoutedDirectory, names: NameList, index: number): EntryRun | undefined {
		if (!this.#reaches(directory, names, index)) return undefined;
		const ring = this.#ring;
		const entry = (directory.first + index) | 0;
		const most = Math.min(enough * 2, directory.fed - index);
		let count = ring.plainFrom(entry, most);
		while (count < Math.min(enough, most) && !ring.isDone((entry + count) | 0) && this.#help(directory, index, helping)) count = ring.plainFrom(entry, most);
		return count > 0 ? ring.run(entry, count) : undefined;
	}

	/** Without effect after `close`, which has closed its descriptor. */
	end(directory: ScoutedDirectory): void {
		if (!this.#begun.delete(directory)) return;
		const {fed} = this.#ring;
		if (this.#current === directory) this.#drop();
		if (this.#next?.directory === directory) this.#dropNext();
		this.#left.push({fd: directory.fd, end: fed});
		this.#closeLeft();
	}

	/** Resolves when the thread has ended and every descriptor is closed. */
	async close(): Promise<void> {
		this.#drop();
		this.#dropNext();
		this.#ring.stop();
		this.#worker.ref();
		await this.#ended;
		const open = [...this.#left.splice(0), ...this.#begun];
		this.#begun.clear();
		for (const {fd} of open) this.#closeFd(fd);
	}

	/** Whether the name at `index` has been handed over, as it is now if it was not. */
	#reaches(directory: ScoutedDirectory, names: NameList, index: number): boolean {
		if (this.#isGone) return false;
		if (this.#current !== directory || directory.fed - index < Math.min(this.#feed >> 1, names.length - index)) this.#feedFrom(directory, names, index);
		return index < directory.fed;
	}

	/** Looks at `count` of the names behind `index` that were handed over, from the last on; false when nobody is needed for any of them. */
	#help(directory: ScoutedDirectory, index: number, count: number): boolean {
		const ring = this.#ring;
		for (let left = count; directory.claimed > index; ) {
			const entry = (directory.first + --directory.claimed) | 0;
			if (!ring.claim(entry)) continue;
			lookAtEntry(this.#libc, ring, entry);
			if (--left === 0) return true;
		}
		return false;
	}

	#feedFrom(directory: ScoutedDirectory, names: NameList, index: number): void {
		const ring = this.#ring;
		if (this.#current !== directory) {
			this.#drop();
			this.#current = directory;
			if (this.#next?.directory === directory && directory.fed > index) this.#next = undefined;
			else {
				this.#dropNext();
				directory.first = (ring.fed - index) | 0;
				directory.fed = index;
			}
		} else this.#feed = Math.min(this.#feed * 2, ScoutRing.slots);
		this.#fill(directory, names, index + this.#feed);
		if (directory.isWhole) this.#feedNext(index);
	}

	/** `index`: where the walk is in the current directory, of which nothing is to be overwritten from there on. */
	#feedNext(index: number): void {
		const next = this.#next;
		if (!next || next.directory.fed > 0) return;
		const ring = this.#ring;
		const current = this.#current;
		next.directory.first = ring.fed;
		const inUse = current ? (ring.fed - current.first - index) | 0 : 0;
		this.#fill(next.directory, next.names, Math.min(firstFeed, ScoutRing.slots - inUse));
	}

	/** Hands over the directory's names up to `most`, which has to be the last directory that was fed. */
	#fill(directory: ScoutedDirectory, names: NameList, most: number): void {
		const ring = this.#ring;
		const end = Math.min(names.length, most);
		const {bytes} = names;
		let name = directory.fed;
		// The scout may still be at an entry that the walk has given up.
		for (; name < end && ring.isFree((directory.first + name) | 0); name++) ring.feed((directory.first + name) | 0, directory.fd, bytes, names.startOf(name), names.endOf(name));
		directory.fed = name;
		directory.claimed = name;
		directory.isWhole = name >= names.length;
		ring.publish((directory.first + name) | 0);
	}

	/** What was fed and not looked at is not wanted any more. */
	#drop(): void {
		const directory = this.#current;
		this.#current = undefined;
		this.#feed = firstFeed;
		if (directory) this.#dropFed(directory);
	}

	#dropNext(): void {
		const directory = this.#next?.directory;
		this.#next = undefined;
		if (!directory) return;
		this.#dropFed(directory);
		directory.fed = 0;
	}

	#dropFed({first, fed}: ScoutedDirectory): void {
		this.#ring.dropAll((first + Math.max(0, fed - ScoutRing.slots)) | 0, (first + fed) | 0);
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
