import {IdList} from './id-list.ts';
import {mostHoles} from './file-cursor.ts';
import {readError} from './read-error.ts';
import type {ContentSink, NextData} from '../../../repository.ts';
import type {FileCursor} from './file-cursor.ts';

type LargeFile = {fd: number; expectedSize: number; nextData: NextData | undefined; sink: ContentSink};

/** Looks for holes at a time, so that a file of very many small ones holds nobody up. */
const looksAtOnce = 256;
const lockPatienceMs = 5;

/** Puts one large file after the other under the cursor, tells the cursor of its holes, and gathers the IDs of its pieces. For the main thread. */
export class LargeFiles {
	readonly #cursor: FileCursor;
	/** A shorter hole is not worth a word, since no piece lies in it as a whole. */
	readonly #shortestHole: number;
	readonly #waiting: LargeFile[] = [];
	#isHeldUp = false;
	#current: {file: LargeFile; ids: IdList} | undefined;

	constructor(cursor: FileCursor, shortestHole: number) {
		this.#cursor = cursor;
		this.#shortestHole = shortestHole;
	}

	get isEmpty(): boolean {
		return this.#current === undefined && this.#waiting.length === 0;
	}

	/** Another thread held the cursor a moment ago, so that the next file could not be opened, or holes not be passed on: nobody will say when it has let go. */
	get isHeldUp(): boolean {
		return this.#isHeldUp;
	}

	add(file: LargeFile): void {
		this.#waiting.push(file);
	}

	/** Takes what was stored and opens what waits. True when there may be more for other threads to do. */
	attend(): boolean {
		let isNew = false;
		this.#isHeldUp = false;
		for (let open = true; open; ) {
			if (this.#current) isNew = this.#collect() || isNew;
			open = this.#current === undefined && this.#openNext();
			isNew ||= open;
		}
		return this.#extendMap() || isNew;
	}

	fail(error: unknown): void {
		const current = this.#current;
		this.#current = undefined;
		current?.file.sink.failed(error);
		for (const {sink} of this.#waiting.splice(0)) sink.failed(error);
	}

	#openNext(): boolean {
		const file = this.#waiting[0];
		if (!file) return false;
		if (!this.#lock()) return false;
		this.#waiting.shift();
		this.#cursor.open(file.fd, file.nextData ? 0 : Infinity);
		this.#cursor.lock.unlock();
		this.#current = {file, ids: new IdList(Math.ceil(file.expectedSize / this.#shortestHole) + 1)};
		return true;
	}

	#lock(): boolean {
		const isLocked = this.#cursor.lock.lock(lockPatienceMs);
		if (!isLocked) this.#isHeldUp = true;
		return isLocked;
	}

	#collect(): boolean {
		const {file, ids} = this.#current!;
		const cursor = this.#cursor;
		let isNew = false;
		for (let entry = cursor.next(); entry >= 0; entry = cursor.next()) {
			ids.append(cursor.ids, cursor.idAt(entry), cursor.countOf(entry));
			cursor.taken();
			isNew = true;
		}
		const {outcome} = cursor;
		if (outcome) {
			this.#current = undefined;
			if ('errno' in outcome) file.sink.failed(readError(outcome.errno));
			else file.sink.stored(ids.bytes, 0, ids.length, outcome.size);
		}
		return isNew;
	}

	/** Looks ahead for holes of a sparse file. */
	#extendMap(): boolean {
		const cursor = this.#cursor;
		const nextData = this.#current?.file.nextData;
		if (!nextData || cursor.mapEnd === Infinity || !this.#lock()) return false;
		try {
			const room = mostHoles - cursor.holesAhead;
			if (room < mostHoles / 2) return false;
			const holes: Array<[number, number]> = [];
			const {expectedSize} = this.#current!.file;
			let at = cursor.mapEnd;
			for (let looks = 0; holes.length < room && looks < looksAtOnce && at < expectedSize; looks++) {
				const data = lookFor(nextData, at);
				const holeEnd = data?.start ?? expectedSize;
				if (holeEnd - at >= this.#shortestHole) holes.push([at, holeEnd]);
				at = data?.end ?? expectedSize;
			}
			cursor.addHoles(holes, at < expectedSize ? at : Infinity);
			return true;
		} finally {
			cursor.lock.unlock();
		}
	}
}

/** Holes are only passed to save time: where they cannot be asked for, all is read. */
function lookFor(nextData: NextData, at: number): ReturnType<NextData> {
	try {
		return nextData(at);
	} catch {
		return {start: at, end: Infinity};
	}
}
