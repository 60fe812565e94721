import type {ExtendedAttribute, Node} from '../../repository/node.ts';
import type {ParentDirectory} from '../../repository/repository.ts';
import {namesOf} from '../file-system/directory-cache.ts';
import type {DirectoryCache, DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Directory, FileSystem, Status} from '../file-system/file-system.ts';
import {lostAndFound} from '../file-system/lost-and-found.ts';
import {NameList} from '../file-system/name-list.ts';
import {printablePath} from '../file-system/printable-path.ts';
import type {Pace} from '../pace.ts';
import type {Ticker} from '../progress-meter.ts';
import type {Scope} from '../select/selector.ts';
import type {NodeStream} from './node-stream.ts';
import {skipReason} from './skipped-entry.ts';
import type {SkippedEntry, SkipReason} from './skipped-entry.ts';
import type {EntryTaker} from './take-entry.ts';
import type {Tally} from './tally.ts';

export type WalkOptions = {
	fileSystem: FileSystem;
	directories: DirectoryCache;
	take: EntryTaker;
	stream: NodeStream;
	tally: Tally;
	skip: (entry: SkippedEntry) => void;
	pace: Pace;
	meter: Ticker;
	/** Go into directories on which another file system is mounted. */
	crossMounts: boolean;
};

/** A directory being walked. */
type Frame = {
	place: DirectoryPlace;
	scope: Scope;
	previous: ParentDirectory | undefined;
	deviceId: bigint;
	names: NameList;
	next: number;
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

	constructor(options: WalkOptions) {
		this.#options = options;
	}

	/** Walks what is below the root, which the caller has entered and leaves again. */
	async volume(scope: Scope, previous: ParentDirectory | undefined): Promise<void> {
		const {directories, stream, pace, meter} = this.#options;
		const root = directories.open(directories.root);
		this.#frames.push({place: directories.root, scope, previous, deviceId: root.status().deviceId, names: readSorted(root, new NameList()), next: 0});

		for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
			if (pace.due()) await pace.breathe();
			meter.tick();
			if (frame.next < frame.names.length) {
				const room = this.#visit(frame, frame.names.at(frame.next++));
				if (room) await room;
				continue;
			}
			this.#frames.pop();
			if (!frame.place.parent) return;
			this.#giveBack(frame.place, frame.names);
			const room = stream.leave();
			if (room) await room;
		}
	}

	#visit(frame: Frame, name: Buffer): void | Promise<void> {
		const status = this.#look(frame, name);
		if (!status) return undefined;
		const kept = status.type === 'file' || status.type === 'dir';
		if (!frame.previous || !kept) return this.#take(frame, name, status, undefined, false);
		return frame.previous.find(name).then(previous => this.#take(frame, name, status, previous, false));
	}

	/** What an entry is, unless it is left out. */
	#look(frame: Frame, name: Buffer): Status | undefined {
		const {directories, tally} = this.#options;
		try {
			const status = directories.open(frame.place).statusOf(name);
			if (status.type === 'dir') return status;
			if (!frame.scope.takes(name)) tally.excluded++;
			else if (status.type === 'socket') tally.sockets++;
			else return status;
		} catch (error) {
			this.#skip(frame, name, reasonOrThrow(error));
		}
		return undefined;
	}

	#take(frame: Frame, name: Buffer, status: Status, previous: Node | undefined, isSecondLook: boolean): void | Promise<void> {
		const {directories, take} = this.#options;
		try {
			if (status.type === 'dir') return this.#enter(frame, name, status, previous);
			return take.take({directory: directories.open(frame.place), name, status, previous, skip: reason => this.#skip(frame, name, reason)});
		} catch (error) {
			const reason = reasonOrThrow(error);
			if (!isSecondLook && (reason === 'NotAFile' || reason === 'Vanished')) {
				// Replaced by something else a moment ago, a link for example: then that is what belongs in the archive.
				const anew = this.#look(frame, name);
				return anew && this.#take(frame, name, anew, previous, true);
			}
			this.#skip(frame, name, reason);
			return undefined;
		}
	}

	#enter(frame: Frame, name: Buffer, status: Status, previous: Node | undefined): void | Promise<void> {
		const {directories, tally, stream, take} = this.#options;
		const scope = frame.scope.enter(name);
		if (!scope.searched) {
			tally.excluded++;
			return undefined;
		}
		const place = {parent: frame.place, name};
		const names = this.#spare.pop() ?? new NameList();
		try {
			const directory = directories.open(place);
			const opened = directory.status();
			if (this.#isOtherMount(frame, directory, opened)) names.clear();
			else readSorted(directory, names);
			if (names.length === 0 && isLostAndFound(frame, name)) return this.#giveBack(place, names);

			const node = take.nodeOf({name, status: opened, previous}, this.#attributes(frame, name, directory));
			stream.enter(node, previous, scope.taken);
			const child: Frame = {place, scope, previous: undefined, deviceId: opened.deviceId, names, next: 0};
			this.#frames.push(child);
			if (!frame.previous || previous?.type !== 'dir') return undefined;
			return frame.previous.open(previous).then(parent => void (child.previous = parent));
		} catch (error) {
			this.#giveBack(place, names);
			if (isLostAndFound(frame, name) && reasonOrThrow(error) === 'PermissionDenied') return undefined;
			throw error;
		}
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
