import type {EntryFacts, WalkedEntry} from '../../repository/entry-facts.ts';
import type {ExtendedAttribute} from '../../repository/node.ts';
import type {ArchiveWriter, ParentDirectory, StoredEntry} from '../../repository/repository.ts';
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
	readonly #entry: WalkedEntry;

	/** `facts`: those of the entry to be found. */
	constructor({writer, identities, comparison, withAtime}: UnchangedFilesOptions, facts: EntryFacts) {
		this.#writer = writer;
		this.#identities = identities;
		this.#isPossible = !withAtime;
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
}

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
