import type {Directory} from './file-system.ts';

/** A directory below a root, by name from its parent; the root has no parent and an empty name. */
export type DirectoryPlace = {
	readonly parent: DirectoryPlace | undefined;
	readonly name: Buffer;
};

/**
Open directories of one tree, at most `limit` of them besides the root, so that depth is bounded by memory and not by file descriptors.
A directory that was closed meanwhile is opened again from its nearest open ancestor, name by name and never through a link. A `Directory`
that `open` returned stays usable until the next call.
*/
export class DirectoryCache {
	readonly root: DirectoryPlace = {parent: undefined, name: Buffer.alloc(0)};
	readonly #rootDirectory: Directory;
	readonly #limit: number;
	/** In order of last use, the oldest first. */
	readonly #open = new Map<DirectoryPlace, Directory>();
	#pinned: DirectoryPlace | undefined;
	/** The one that was asked for last, unless it was closed since. */
	#last: DirectoryPlace | undefined;
	#lastDirectory: Directory | undefined;

	constructor(rootDirectory: Directory, limit = 64) {
		this.#rootDirectory = rootDirectory;
		this.#limit = limit;
	}

	open(place: DirectoryPlace): Directory {
		// Files of one directory come one after the other.
		if (place === this.#last) return this.#lastDirectory!;
		const missing: DirectoryPlace[] = [];
		let at = place;
		let directory = this.#find(at);
		while (!directory) {
			missing.push(at);
			// Only the root has no parent, and the root is always open.
			at = at.parent!;
			directory = this.#find(at);
		}
		for (let i = missing.length - 1; i >= 0; i--) {
			directory = directory.openDirectory(missing[i]!.name);
			this.#keep(missing[i]!, directory);
		}
		this.#last = place;
		this.#lastDirectory = directory;
		return directory;
	}

	/** Two directories that stay usable together. */
	openBoth(place: DirectoryPlace, other: DirectoryPlace): [Directory, Directory] {
		const first = this.open(place);
		this.#pinned = place;
		try {
			return [first, this.open(other)];
		} finally {
			this.#pinned = undefined;
		}
	}

	/** Closes one directory if it is open, when it will not be needed soon. */
	release(place: DirectoryPlace): void {
		if (place === this.#last) this.#last = undefined;
		this.#open.get(place)?.close();
		this.#open.delete(place);
	}

	/** Closes all, the root included. */
	close(): void {
		this.#last = undefined;
		for (const directory of this.#open.values()) directory.close();
		this.#open.clear();
		this.#rootDirectory.close();
	}

	#find(place: DirectoryPlace): Directory | undefined {
		if (place === this.root) return this.#rootDirectory;
		const directory = this.#open.get(place);
		if (!directory) return undefined;
		this.#open.delete(place);
		this.#open.set(place, directory);
		return directory;
	}

	#keep(place: DirectoryPlace, directory: Directory): void {
		this.#open.set(place, directory);
		if (this.#open.size <= this.#limit) return;
		for (const [oldest, stale] of this.#open) {
			if (oldest === this.#pinned) continue;
			if (oldest === this.#last) this.#last = undefined;
			stale.close();
			this.#open.delete(oldest);
			return;
		}
	}
}

/** The names from the root down to `place`, and `last` below it. */
export function namesOf(place: DirectoryPlace, last?: Buffer): Buffer[] {
	const names: Buffer[] = last ? [last] : [];
	for (let at: DirectoryPlace = place; at.parent; at = at.parent) names.push(at.name);
	return names.reverse();
}
