import type {ArchiveReader} from '../../repository/repository.ts';
import {BoundedList} from '../bounded-list.ts';
import {namesOf} from '../file-system/directory-cache.ts';
import type {DirectoryCache, DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Entry, FileSystem, Status} from '../file-system/file-system.ts';
import {printablePath} from '../file-system/printable-path.ts';
import {systemCode} from '../file-system/system-error.ts';
import type {Pace} from '../pace.ts';
import type {Ticker} from '../progress-meter.ts';
import {applyMetadata, isInherited} from './apply-metadata.ts';
import type {Ownership} from './apply-metadata.ts';
import type {Overwrite} from './decide.ts';
import type {KeptMetadata} from './kept-metadata.ts';
import {entryFault, isFailure} from './problems.ts';
import type {ProblemReason, RestoreProblem} from './problems.ts';
import {newRestoreTally} from './restore-outcome.ts';
import type {RestoreChange} from './restore-outcome.ts';
import type {SegmentLimits} from './segment.ts';

export type RestoreContext = {
	reader: ArchiveReader;
	fileSystem: FileSystem;
	/** Of the target; undefined when a preview is for a target that does not exist. */
	directories: DirectoryCache | undefined;
	overwrite: Overwrite;
	ownership: Ownership;
	deleteExtra: boolean;
	preview: boolean;
	limits: SegmentLimits;
	pace: Pace;
	signal: AbortSignal;
	onProblem: ((problem: RestoreProblem) => void) | undefined;
};

/** One restore: what it works with, and what it has to report. */
export class RestoreRun {
	readonly context: Readonly<RestoreContext>;
	readonly tally = newRestoreTally();
	readonly problems = new BoundedList<RestoreProblem>();
	readonly changes = new BoundedList<RestoreChange>();
	failed = 0;
	readonly #inheriting = new WeakMap<DirectoryPlace, boolean>();
	#lastAsked: {place: DirectoryPlace | undefined; inherits: boolean} = {place: undefined, inherits: true};
	meter: Ticker = {tick: () => undefined};

	constructor(context: RestoreContext) {
		this.context = context;
	}

	/** The target's directories; only asked for when there is a target. */
	get directories(): DirectoryCache {
		return this.context.directories!;
	}

	problem(place: DirectoryPlace, name: Buffer | undefined, reason: ProblemReason, detail?: string): void {
		const problem: RestoreProblem = {path: printablePath(namesOf(place, name)), reason, ...(detail !== undefined && {detail})};
		if (isFailure(reason)) this.failed++;
		this.problems.add(problem);
		this.context.onProblem?.(problem);
	}

	/** Notes what a preview would do. */
	change(place: DirectoryPlace, name: Buffer | undefined, change: RestoreChange['change']): void {
		this.changes.add({path: printablePath(namesOf(place, name)), change});
	}

	/**
	Runs calls on the target that concern one entry. When they fail for a reason of that entry alone, this is reported and the answer undefined.
	@throws LazaretteError `TargetFull`, `TargetReadOnly`
	*/
	attempt<T>(place: DirectoryPlace, name: Buffer | undefined, reason: ProblemReason, calls: () => T, about?: string): {result: T} | undefined {
		try {
			return {result: calls()};
		} catch (error) {
			this.fault(place, name, reason, error, about);
			return undefined;
		}
	}

	/** What `attempt` does with what calls throw, for who can not afford a closure for each entry. */
	fault(place: DirectoryPlace, name: Buffer | undefined, reason: ProblemReason, error: unknown, about?: string): void {
		const code = reason === 'AttributeNotSet' ? attributeFault(error) : undefined;
		const fault = code ?? entryFault(error, () => printablePath(namesOf(place, name)));
		this.problem(place, name, reason, about === undefined ? fault : `${about} (${fault})`);
	}

	/** Whether what is made in a directory may have extended attributes from the beginning; asked once of each. */
	inheritsAttributes(place: DirectoryPlace): boolean {
		if (place !== this.#lastAsked.place) this.#lastAsked = {place, inherits: this.#inheritsAttributes(place)};
		return this.#lastAsked.inherits;
	}

	#inheritsAttributes(place: DirectoryPlace): boolean {
		const known = this.#inheriting.get(place);
		if (known !== undefined) return known;
		const read = this.attempt(place, undefined, 'AttributeNotSet', () => this.context.fileSystem.entryOf(this.directories.open(place).fd).attributes());
		const inherits = !read || read.result.some(isInherited);
		this.#inheriting.set(place, inherits);
		return inherits;
	}

	/** Owner, attributes and mode of an entry. Returns whether anything had to be changed. */
	applyMetadata(place: DirectoryPlace, name: Buffer | undefined, entry: Entry, status: Status, node: KeptMetadata, isBare = false): boolean {
		return applyMetadata({
			entry,
			status,
			node,
			ownership: this.context.ownership,
			isBare,
			attempt: (reason, calls, about) => this.attempt(place, name, reason, calls, about) !== undefined,
			report: (reason, detail) => this.problem(place, name, reason, detail),
		});
	}
}

/** ext4 keeps attributes within an inode and one block, and says ENOSPC of a disk with terabytes free when they do not fit. */
const attributeFault = (error: unknown): string | undefined => (systemCode(error) === 'ENOSPC' ? 'ENOSPC' : undefined);
