import type {Node} from '../../repository/node.ts';
import type {ArchiveWriter, ParentDirectory, ParentNode, StoredEntry} from '../../repository/repository.ts';
import {InOrder} from './in-order.ts';
import type {LateStep} from './in-order.ts';
import type {Tally} from './tally.ts';
import {isSameNode} from './unchanged.ts';

type Level = {
	/** The directory's own node, its subtree still unknown; the archive's root has none. */
	node: Node | undefined;
	previous: ParentNode | undefined;
	/** The same directory in the parent archive. */
	parent: ParentDirectory | undefined;
	/** Whether the writer knows of it. */
	entered: boolean;
};

/**
Hands the walk's findings to the writer in the order of the walk, though contents arrive later. A directory that is only searched comes into the
archive when something below it does, so that patterns leave no empty directories behind.
*/
export class NodeStream {
	readonly #writer: ArchiveWriter;
	readonly #tally: Tally;
	readonly #order = new InOrder();
	readonly #levels: Level[] = [];
	#root = '';

	constructor(writer: ArchiveWriter, tally: Tally) {
		this.#writer = writer;
		this.#tally = tally;
	}

	/** Tree ID of the outermost directory, once it has been left and everything is settled. */
	get root(): string {
		return this.#root;
	}

	enter({node, previous, parent, taken}: {node?: Node | undefined; previous?: ParentNode | undefined; parent?: ParentDirectory | undefined; taken: boolean}): void {
		this.#levels.push({node, previous, parent, entered: false});
		if (taken) this.#enterAll();
	}

	/** Adds an entry of the innermost directory. A promise means that the caller should wait before going on. */
	add(node: Node, previous: ParentNode | undefined): void | Promise<void> {
		this.#enterAll();
		return this.#order.run(() => this.put(node, previous));
	}

	/** Adds a file of which nothing has changed, or several in a row, of `size` bytes in all. */
	addUnchanged(stored: StoredEntry, size: number, count = 1): void | Promise<void> {
		this.#enterAll();
		this.#tally.filesUnmodified += count;
		this.#tally.bytesTotal += size;
		let added = false;
		const room = this.#order.run(() => {
			added = true;
			return this.#writer.addStored(stored);
		}, count);
		if (!added) stored.keep();
		return room;
	}

	/** Keeps the place of a file whose content may still be on its way; when its turn has come it adds itself with `put` or counts itself. */
	addFile(file: LateStep): void | Promise<void> {
		this.#enterAll();
		return this.#order.run(file);
	}

	/** A file has become ready. */
	proceed(): void {
		this.#order.proceed();
	}

	/** Nothing further is added; whoever adds something learns why. */
	fail(error: unknown): void {
		this.#order.fail(error);
	}

	countNewFile(size: number): void {
		this.#tally.filesNew++;
		this.#tally.bytesTotal += size;
	}

	leave(): void | Promise<void> {
		const level = this.#levels.pop();
		if (!level?.entered) return undefined;
		return this.#order.run(async () => {
			const subtree = await this.#writer.leaveDirectory();
			if (level.node) await this.put({...level.node, subtree}, level.previous);
			else this.#root = subtree;
		});
	}

	/** Resolves when everything was added; rejects when nothing is any more, though not all was. */
	settled(): Promise<void> {
		return this.#order.settled();
	}

	/** Adds an entry whose turn it is. */
	put(node: Node, previous: ParentNode | undefined): void | Promise<void> {
		count(this.#tally, node, previous);
		return this.#writer.addNode(node, previous);
	}

	#enterAll(): void {
		if (this.#levels.at(-1)?.entered) return;
		const first = this.#levels.findLastIndex(({entered}) => entered) + 1;
		for (const level of this.#levels.slice(first)) {
			level.entered = true;
			void this.#order.run(() => this.#writer.enterDirectory(level.parent));
		}
	}
}

function count(tally: Tally, node: Node, previous: Node | undefined): void {
	if (node.type !== 'dir' && node.type !== 'file') {
		tally.others++;
		return;
	}
	const kind = node.type === 'dir' ? 'directories' : 'files';
	const change = previous?.type !== node.type ? 'New' : isSameNode(previous, node) ? 'Unmodified' : 'Changed';
	tally[`${kind}${change}`]++;
	if (node.type === 'file') tally.bytesTotal += node.size;
}
