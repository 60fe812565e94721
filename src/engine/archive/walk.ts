import {noFacts} from '../../repository/entry-facts.ts';
import type {ExtendedAttribute} from '../../repository/node.ts';
import type {ArchiveWriter, ParentDirectory, ParentNode, StoredRun} from '../../repository/repository.ts';
import {namesOf} from '../file-system/directory-cache.ts';
import type {DirectoryCache, DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Directory, FileSystem, Status} from '../file-system/file-system.ts';
import {lostAndFound} from '../file-system/lost-and-found.ts';
import {NameList} from '../file-system/name-list.ts';
import {printablePath} from '../file-system/printable-path.ts';
import type {ScoutedDirectory} from '../file-system/scout/scout.ts';
import {outcomes} from '../file-system/scout/scout-ring.ts';
import {statusOfFacts} from '../file-system/status-of-facts.ts';
import {SystemError} from '../file-system/system-error.ts';
import type {Pace} from '../pace.ts';
import type {Ticker} from '../progress-meter.ts';
import type {Scope} from '../select/selector.ts';
import type {NodeStream} from './node-stream.ts';
import type {RememberedIdentities} from './remembered-identities.ts';
import type {Scouting} from './scouting.ts';
import {skipReason} from './skipped-entry.ts';
import type {SkippedEntry, SkipReason} from './skipped-entry.ts';
import type {EntryTaker} from './take-entry.ts';
import type {FileTaker, FoundFile} from './take-file.ts';
import type {Tally} from './tally.ts';
import {UnchangedFiles} from './unchanged-files.ts';
import type {Comparison} from './unchanged.ts';

export type WalkOptions = {
	fileSystem: FileSystem;
	directories: DirectoryCache;
	writer: ArchiveWriter;
	take: EntryTaker;
	files: FileTaker;
	stream: NodeStream;
	tally: Tally;
	identities: RememberedIdentities;
	comparison: Comparison;
	withAtime: boolean;
	skip: (entry: SkippedEntry) => void;
	pace: Pace;
	meter: Ticker;
	/** Go into directories on which another file system is mounted. */
	crossMounts: boolean;
	scouting: Scouting;
};

/** A directory being walked. */
type Frame = {
	place: DirectoryPlace;
	scope: Scope;
	previous: ParentDirectory | undefined;
	deviceId: bigint;
	names: NameList;
	next: number;
	scouted: ScoutedDirectory | undefined;
	/** From this name on it is tried to pass over several at once, and how many were not after the last trial that failed. */
	nextRun: number;
	runless: number;
};

/**
Walks a volume depth-first, the names of each directory in the order of their bytes, and never through a link. The frames are a list of our own
instead of calls within calls, because directories may be nested deeper than a call stack is. Nothing is awaited unless it has to be.
*/
export class Walk {
	readonly #options: WalkOptions;
	readonly #frames: Frame[] = [];
	/** Name lists that no frame uses, for the next. */
	readonly #spare: NameList[] = [];
	/** Of the entry that is being visited. */
	readonly #facts = noFacts();
	/** What the scout has said of it. */
	#scouted = 0;
	#found: FoundFile | undefined;
	readonly #unchanged: UnchangedFiles;
	/** Opened before its turn: what is called `above.names[index]`, if it still is `status` then. */
	#next: {frame: Frame; above: Frame; index: number; status: Status} | undefined;

	constructor(options: WalkOptions) {
		this.#options = options;
		this.#unchanged = new UnchangedFiles(options, this.#facts);
	}

	/** Walks what is below the root, which the caller has entered and leaves again. */
	async volume(scope: Scope, previous: ParentDirectory | undefined): Promise<void> {
		const {directories, stream, pace, meter} = this.#options;
		const root = directories.open(directories.root);
		this.#frames.push({place: directories.root, scope, previous, deviceId: root.status().deviceId, names: readSorted(root, new NameList()), next: 0, scouted: undefined, nextRun: 0, runless: 0});

		for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
			if (pace.due()) await pace.breathe();
			meter.tick();
			if (frame.next < frame.names.length) {
				const run = this.#passUnchanged(frame);
				const room = run ? stream.addUnchanged(run.stored, run.size, run.count) : this.#visit(frame, frame.next++);
				if (room) await room;
				continue;
			}
			this.#frames.pop();
			if (this.#next?.above === frame) this.#dropNext();
			this.#options.scouting.leave(frame);
			if (!frame.place.parent) return;
			this.#giveBack(frame.place, frame.names);
			const room = stream.leave();
			if (room) await room;
		}
	}

	/** Passes over names of which nothing has changed, many at a time where a scout has been there. */
	#passUnchanged(frame: Frame): StoredRun | undefined {
		const {next, previous, scope} = frame;
		if (!previous || !scope.takesAll || next < frame.nextRun || this.#next?.above === frame) return undefined;
		const {scouting} = this.#options;
		const looked = scouting.run(frame, next);
		const run = looked && this.#unchanged.findRun(looked, previous);
		// Where much has changed it is asked for less often.
		frame.runless = run ? 0 : Math.min(frame.runless * 2 + 1, mostRunless);
		frame.nextRun = next + frame.runless;
		if (!run) return undefined;
		frame.next += run.count;
		frame.nextRun = frame.next;
		scouting.passed(run.count);
		return run;
	}

	/** Most entries of most runs are unchanged files: of these no object is made, and nothing is awaited. */
	#visit(frame: Frame, index: number): void | Promise<void> {
		const {names, place, scope, previous} = frame;
		const {directories, scouting} = this.#options;
		const facts = this.#facts;
		if (this.#next?.above === frame && this.#next.index < index) this.#dropNext();
		try {
			// Whether it is what was opened before is only known from what it is now.
			this.#scouted = this.#next?.above === frame ? 0 : scouting.look(frame, index, facts);
			if ((this.#scouted & outcomes.status) === 0) directories.open(place).look(names.bytes, names.startOf(index), names.endOf(index), facts);
			if (facts.type !== 'dir' && !this.#wants(scope, facts.type, names, index)) return undefined;
		} catch (error) {
			this.#skip(frame, names.at(index), reasonOrThrow(error));
			return undefined;
		}
		if (!previous) return this.#take(frame, index, undefined, false);
		const isThere = previous.seek(names.bytes, names.startOf(index), names.endOf(index));
		return isThere instanceof Promise ? isThere.then(async found => this.#compare(frame, index, previous, found)) : this.#compare(frame, index, previous, isThere);
	}

	#compare(frame: Frame, index: number, parent: ParentDirectory, isThere: boolean): void | Promise<void> {
		const {names, place} = frame;
		if (!isThere) return this.#take(frame, index, undefined, false);
		const stored = this.#unchanged.find(() => this.#options.directories.open(place), names, index, parent, this.#hasNoAttributes);
		if (stored) return this.#options.stream.addUnchanged(stored, this.#facts.size);
		const take = (previous: ParentNode | undefined): void | Promise<void> => this.#take(frame, index, previous, false);
		const previous = parent.node();
		return previous instanceof Promise ? previous.then(take) : take(previous);
	}

	get #hasNoAttributes(): boolean {
		return (this.#scouted & outcomes.noAttributes) !== 0;
	}

	/** Finds out anew what an entry is; false when it is left out. */
	#lookAgain({names, place, scope}: Frame, index: number): boolean {
		const facts = this.#facts;
		this.#options.directories.open(place).look(names.bytes, names.startOf(index), names.endOf(index), facts);
		return facts.type === 'dir' || this.#wants(scope, facts.type, names, index);
	}

	#wants(scope: Scope, type: Status['type'], names: NameList, index: number): boolean {
		const {tally} = this.#options;
		if (!scope.takesAll && !scope.takes(names.at(index))) tally.excluded++;
		else if (type === 'socket') tally.sockets++;
		else return true;
		return false;
	}

	#take(frame: Frame, index: number, previous: ParentNode | undefined, isSecondLook: boolean): void | Promise<void> {
		const {directories, take, files} = this.#options;
		const {names, place} = frame;
		const facts = this.#facts;
		try {
			if (isSecondLook && !this.#lookAgain(frame, index)) return undefined;
			const hasNoAttributes = !isSecondLook && this.#hasNoAttributes;
			if (facts.type === 'file') return files.take(this.#foundFile(frame, index, hasNoAttributes, previous));
			const name = names.at(index);
			const status = statusOfFacts(facts);
			if (facts.type === 'dir') return this.#enter(frame, name, status, previous);
			return take.take({directory: directories.open(place), name, status, hasNoAttributes, previous, skip: reason => this.#skip(frame, name, reason)});
		} catch (error) {
			const reason = reasonOrThrow(error);
			// Replaced by something else a moment ago, a link for example: then that is what belongs in the archive.
			if (!isSecondLook && (reason === 'NotAFile' || reason === 'Vanished')) return this.#take(frame, index, previous, true);
			this.#skip(frame, names.at(index), reason);
			return undefined;
		}
	}

	/** Always the same object. */
	#foundFile({place, names}: Frame, index: number, hasNoAttributes: boolean, previous: ParentNode | undefined): FoundFile {
		const found = (this.#found ??= {place, directory: this.#options.directories.open(place), names, index, facts: this.#facts, hasNoAttributes, previous});
		found.place = place;
		found.directory = this.#options.directories.open(place);
		found.names = names;
		found.index = index;
		found.hasNoAttributes = hasNoAttributes;
		found.previous = previous;
		return found;
	}

	#enter(frame: Frame, name: Buffer, status: Status, previous: ParentNode | undefined): void | Promise<void> {
		const {directories, tally, stream, take} = this.#options;
		const scope = frame.scope.enter(name);
		if (!scope.searched) {
			tally.excluded++;
			return undefined;
		}
		const next = this.#takeNext(frame, status);
		const place = next?.place ?? {parent: frame.place, name};
		const names = next?.names ?? this.#spare.pop() ?? new NameList();
		try {
			const directory = directories.open(place);
			const opened = next ? status : directory.status();
			if (!next) {
				if (this.#isOtherMount(frame, directory, opened)) names.clear();
				else readSorted(directory, names);
			}
			if (names.length === 0 && isLostAndFound(frame, name)) return this.#giveBack(place, names);

			const node = take.nodeOf({name, status: opened, previous}, this.#attributes(frame, name, directory));
			const entered = next ?? frameOf(place, scope, opened, names);
			this.#options.scouting.enter(entered);
			this.#openNext(frame);
			const enter = (parent: ParentDirectory | undefined): void => {
				stream.enter({node, previous, parent, taken: scope.taken});
				entered.previous = parent;
				this.#frames.push(entered);
			};
			return frame.previous && previous?.type === 'dir' ? frame.previous.open(previous).then(enter) : enter(undefined);
		} catch (error) {
			if (next) this.#options.scouting.leave(next);
			this.#giveBack(place, names);
			if (isLostAndFound(frame, name) && reasonOrThrow(error) === 'PermissionDenied') return undefined;
			throw error;
		}
	}

	/** Opens what follows in the directory `above`, if that is a directory too: the scout has something to do meanwhile. Whatever stands against it is met again at its turn. */
	#openNext(above: Frame): void {
		const {directories, scouting} = this.#options;
		const index = above.next;
		if (!above.scope.takesAll || index >= above.names.length || !scouting.looksBeyond) return;
		this.#dropNext();
		const place = {parent: above.place, name: above.names.at(index)};
		const names = this.#spare.pop() ?? new NameList();
		try {
			const directory = directories.open(place);
			const status = directory.status();
			if (status.deviceId !== above.deviceId) return this.#giveBack(place, names);
			readSorted(directory, names);
			const frame = frameOf(place, above.scope, status, names);
			this.#next = {frame, above, index, status};
			scouting.lookBeyond(frame);
		} catch (error) {
			this.#giveBack(place, names);
			if (!(error instanceof SystemError)) throw error;
		}
	}

	/** The directory that was opened before its turn, when it still has that name and its names; `status` is what it is now. */
	#takeNext(above: Frame, status: Status): Frame | undefined {
		const next = this.#next;
		if (next?.above !== above) return undefined;
		if (next.index === above.next - 1 && isUntouched(next.status, status)) {
			this.#next = undefined;
			return next.frame;
		}
		this.#dropNext();
		return undefined;
	}

	#dropNext(): void {
		const frame = this.#next?.frame;
		this.#next = undefined;
		if (!frame) return;
		this.#options.scouting.leave(frame);
		this.#giveBack(frame.place, frame.names);
	}

	/**
	Another file system's contents are not the volume's. Subvolumes (btrfs) have a device number of their own too, but lie on the same mount and
	belong to the volume.
	*/
	#isOtherMount(frame: Frame, directory: Directory, {deviceId}: Status): boolean {
		const {directories, crossMounts, tally} = this.#options;
		if (crossMounts || deviceId === frame.deviceId) return false;
		if (directory.mountId() === directories.open(directories.root).mountId()) return false;
		tally.mountPoints++;
		return true;
	}

	#attributes(frame: Frame, name: Buffer, {fd}: Directory): ExtendedAttribute[] {
		try {
			return this.#options.fileSystem.entryOf(fd).attributes();
		} catch (error) {
			reasonOrThrow(error);
			this.#skip(frame, name, 'AttributesUnreadable');
			return [];
		}
	}

	#giveBack(place: DirectoryPlace, names: NameList): void {
		this.#spare.push(names);
		this.#options.directories.release(place);
	}

	#skip(frame: Frame, name: Buffer, reason: SkipReason): void {
		this.#options.skip({path: printablePath(namesOf(frame.place, name)), reason});
	}
}

const mostRunless = 63;

const frameOf = (place: DirectoryPlace, scope: Scope, {deviceId}: Status, names: NameList): Frame => ({place, scope, previous: undefined, deviceId, names, next: 0, scouted: undefined, nextRun: 0, runless: 0});

const isUntouched = (before: Status, now: Status): boolean => now.inode === before.inode && now.deviceId === before.deviceId && now.ctimeNs === before.ctimeNs && now.mtimeNs === before.mtimeNs;

const isLostAndFound = (frame: Frame, name: Buffer): boolean => frame.place.parent === undefined && name.equals(lostAndFound);

function readSorted(directory: Directory, names: NameList): NameList {
	directory.readNames(names);
	names.sort();
	return names;
}

function reasonOrThrow(error: unknown): SkipReason {
	const reason = skipReason(error);
	if (!reason) throw error;
	return reason;
}
