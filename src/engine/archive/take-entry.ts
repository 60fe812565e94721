import type {ExtendedAttribute, Node} from '../../repository/node.ts';
import type {Directory, Status} from '../file-system/file-system.ts';
import {systemCode} from '../file-system/system-error.ts';
import type {Identities} from './identities.ts';
import {makeNode} from './make-node.ts';
import type {NodeStream} from './node-stream.ts';
import {skipReason} from './skipped-entry.ts';
import type {SkipReason} from './skipped-entry.ts';
import {withIdentityOf} from './unchanged.ts';
import type {Comparison} from './unchanged.ts';

export type TakeOptions = {
	stream: NodeStream;
	identities: Identities;
	comparison: Comparison;
	withAtime: boolean;
};

/** An entry where the walk has found it. */
export type Found = {
	directory: Directory;
	name: Buffer;
	status: Status;
	/** It had none when its status was taken. */
	hasNoAttributes: boolean;
	/** Of that name in the parent archive. */
	previous: Node | undefined;
	/** Reports that something of it is not as it should be. */
	skip: (reason: SkipReason) => void;
};

/** Turns entries other than regular files into nodes of the archive. */
export class EntryTaker {
	readonly #options: TakeOptions;

	constructor(options: TakeOptions) {
		this.#options = options;
	}

	/**
	Takes anything but a directory and a regular file. A promise means that the caller should wait before going on.
	@throws SystemError when the entry cannot be read, or is no longer what its status says
	*/
	take(found: Found): void | Promise<void> {
		const {directory, name, status, hasNoAttributes, previous} = found;
		const linkTarget = status.type === 'symlink' ? directory.readLink(name) : undefined;
		return this.#options.stream.add(this.nodeOf(found, hasNoAttributes ? [] : attributesOf(found), linkTarget), previous);
	}

	nodeOf({name, status, previous}: Pick<Found, 'name' | 'status' | 'previous'>, attributes: ExtendedAttribute[], linkTarget?: Buffer): Node {
		const {identities, withAtime, comparison} = this.#options;
		const node = makeNode({name, status, attributes, identities, withAtime, ...(linkTarget && {linkTarget})});
		return comparison === 'size-mtime' && previous ? withIdentityOf(node, previous) : node;
	}
}

function attributesOf({directory, name, skip}: Found): ExtendedAttribute[] {
	try {
		return directory.attributesOf(name);
	} catch (error) {
		if (!skipReason(error) || systemCode(error) === 'ENOENT') throw error;
		skip('AttributesUnreadable');
		return [];
	}
}
