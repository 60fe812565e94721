import type {ExtendedAttribute} from '../../repository/node.ts';
import type {Entry, Status} from '../file-system/file-system.ts';
import {printableName} from '../file-system/printable-path.ts';
import type {KeptMetadata} from './kept-metadata.ts';
import type {ProblemReason} from './problems.ts';

/** `archive`: owners as in the archive, by number. `keep`: entries belong to who restores them. */
export type Ownership = 'archive' | 'keep';

export type MetadataTarget = {
	entry: Entry;
	/** As it is now. */
	status: Status;
	node: KeptMetadata;
	ownership: Ownership;
	/** It is new and has inherited no extended attributes. */
	isBare: boolean;
	/** Runs `change` and reports its failure; false when it failed. */
	attempt: (reason: ProblemReason, change: () => void, about?: string) => boolean;
	report: (reason: ProblemReason, detail: string) => void;
};

/**
Makes owner, extended attributes and mode those of the archive, in this order: a new owner clears capabilities and setuid, and an access control list
changes the mode. Times come last of all and are not set here. Returns whether anything was changed.
*/
export function applyMetadata(target: MetadataTarget): boolean {
	const owner = applyOwner(target);
	const attributes = applyAttributes(target);
	const mode = target.node.type !== 'symlink' && applyMode(target, owner || attributes);
	return owner || attributes || mode;
}

function applyOwner({entry, status, node, ownership, attempt}: MetadataTarget): boolean {
	if (ownership === 'keep' || (status.uid === node.uid && status.gid === node.gid)) return false;
	return attempt('OwnerNotSet', () => entry.setOwner(node.uid, node.gid), `${node.uid}:${node.gid}`);
}

function applyMode({entry, status, node, report, attempt}: MetadataTarget, touched: boolean): boolean {
	const mode = safeMode(node, touched ? entry.status() : status);
	if (mode !== node.mode) report('ModeNotSet', 'setuid or setgid, because the owner is not the archive\'s');
	if (!touched && status.mode === mode) return false;
	return attempt('ModeNotSet', () => entry.setMode(mode)) && status.mode !== mode;
}

/** A setuid program of another owner than it was made for is a way to that owner's rights. */
function safeMode({mode, uid, gid}: KeptMetadata, now: Status): number {
	const withoutUser = now.uid === uid ? mode : mode & ~0o4000;
	return now.gid === gid ? withoutUser : withoutUser & ~0o2000;
}

function applyAttributes({entry, node, isBare, attempt}: MetadataTarget): boolean {
	const wanted = node.extendedAttributes ?? [];
	let present: ExtendedAttribute[] = [];
	if (!isBare && !attempt('AttributeNotSet', () => void (present = entry.attributes()))) return false;

	let changed = false;
	for (const {name} of present) {
		if (wanted.some(attribute => attribute.name.equals(name)) || !isOurs(name)) continue;
		if (attempt('AttributeNotSet', () => entry.removeAttribute(name), printableName(name))) changed = true;
	}
	for (const attribute of wanted) {
		if (present.some(({name, value}) => name.equals(attribute.name) && value.equals(attribute.value))) continue;
		if (attempt('AttributeNotSet', () => entry.setAttribute(attribute), printableName(attribute.name))) changed = true;
	}
	return changed;
}

/** What a new entry gets from the directory it is made in. */
export const isInherited = ({name}: ExtendedAttribute): boolean => name.toString('latin1') === 'system.posix_acl_default';

/** Labels of security modules and a file system's own attributes belong to the machine, and come and go without us. */
const isOurs = (name: Buffer): boolean => /^(?:user\.|trusted\.|system\.posix_acl_|security\.capability$)/.test(name.toString('latin1'));
