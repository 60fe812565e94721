import type {EntryFacts, WalkedEntry} from '../../repository/entry-facts.ts';
import {entrySlot} from '../../repository/entry-run.ts';
import type {EntryOwner, EntryRun} from '../../repository/entry-run.ts';
import type {ExtendedAttribute} from '../../repository/node.ts';
import type {ArchiveWriter, ParentDirectory, StoredEntry, StoredRun} from '../../repository/repository.ts';
import type {Directory} from '../file-system/file-system.ts';
import type {NameList} from '../file-system/name-list.ts';
import {SystemError} from '../file-system/system-error.ts';
import type {RememberedIdentities} from './remembered-identities.ts';
import type {Comparison} from './unchanged.ts';

export type UnchangedFilesOptions = {
	writer: ArchiveWriter;
	identities: RememberedIdentities;
	comparison: Comparison;
	withAtime: boolean;
};

/** Recognises files of which the parent archive says exactly what the volume does, without making a node of either. */
export class UnchangedFiles {
	readonly #writer: ArchiveWriter;
	readonly #identities: RememberedIdentities;
	readonly #isPossible: boolean;
	readonly #areRunsPossible: boolean;
	readonly #entry: WalkedEntry;
	readonly #owner: EntryOwner = {uid: 0, gid: 0, user: undefined, group: undefined};

	/** `facts`: those of the entry to be found. */
	constructor({writer, identities, comparison, withAtime}: UnchangedFilesOptions, facts: EntryFacts) {
		this.#writer = writer;
		this.#identities = identities;
		this.#isPossible = !withAtime;
		// Where every file has another change time and inode, each has to be looked at by itself.
		this.#areRunsPossible = !withAtime && comparison === 'restic';
		this.#entry = {facts, names: new Uint8Array(), from: 0, to: 0, user: undefined, group: undefined, attributes: [], anyIdentity: comparison === 'size-mtime'};
	}

	/** The parent's entry at which `parent` stands, if it is the file's; undefined when somebody has to look closer. `directory` is for its attributes, unless it is known to have none. */
	find(directory: () => Directory, names: NameList, index: number, parent: ParentDirectory, hasNoAttributes: boolean): StoredEntry | undefined {
		const entry = this.#entry;
		const {facts} = entry;
		const identities = this.#identities;
		if (!this.#isPossible || facts.type !== 'file' || !identities.knows(facts.uid, facts.gid)) return undefined;
		entry.names = names.bytes;
		entry.from = names.startOf(index);
		entry.to = names.endOf(index);
		entry.user = identities.knownUser(facts.uid);
		entry.group = identities.knownGroup(facts.gid);
		const attributes = hasNoAttributes ? none : attributesOf(directory(), entry);
		if (!attributes) return undefined;
		entry.attributes = attributes;
		const stored = this.#writer.unchanged(entry, parent);
		if (!stored) return undefined;
		identities.user(facts.uid);
		identities.group(facts.gid);
		return stored;
	}

	/** As many of the first entries of `run` as `parent` has one after another, from where it stands, and says exactly the same of. */
	findRun(run: EntryRun, parent: ParentDirectory): StoredRun | undefined {
		if (!this.#areRunsPossible) return undefined;
		const status = run.at + entrySlot.status;
		const owner = this.#owner;
		owner.uid = wordAt(run.bytes, status + 20);
		owner.gid = wordAt(run.bytes, status + 24);
		const identities = this.#identities;
		if (!identities.knows(owner.uid, owner.gid)) return undefined;
		owner.user = identities.knownUser(owner.uid);
		owner.group = identities.knownGroup(owner.gid);
		const found = this.#writer.unchangedRun(run, owner, parent);
		for (let left = found?.count ?? 0; left > 0; left--) {
			identities.user(owner.uid);
			identities.group(owner.gid);
		}
		return found;
	}
}

/** A 32-bit number as a little-endian machine has it; on any other there are no runs. */
const wordAt = (bytes: Uint8Array, at: number): number => (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

const none: ExtendedAttribute[] = [];

/** Undefined when they cannot be read: whoever looks closer will say so. */
function attributesOf(directory: Directory, {names, from, to}: WalkedEntry): ExtendedAttribute[] | undefined {
	try {
		return directory.lookAtAttributes(names, from, to);
	} catch (error) {
		if (error instanceof SystemError) return undefined;
		throw error;
	}
}
