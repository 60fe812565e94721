import type {Node} from '../../repository/node.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import {lostAndFound} from '../file-system/lost-and-found.ts';
import {NameList} from '../file-system/name-list.ts';
import type {Scope} from '../select/selector.ts';
import {isSafeName} from './check-name.ts';
import type {Subtree} from './find-subtree.ts';
import {removeEntry} from './remove-entry.ts';
import type {RestoreRun} from './restore-run.ts';
import {treeNodes} from './tree-nodes.ts';

/** A directory that both have. */
type Frame = {
	place: DirectoryPlace;
	node: Node | undefined;
	nodes: AsyncGenerator<Node, void>;
	scope: Scope;
	/** Names in the target, in order, and for each whether the archive has it too. */
	names: NameList;
	known: Uint8Array;
	next: number;
	last: Buffer | undefined;
	/** The archive's own names are wrong or out of order, so that nothing can be said to be missing in it. */
	doubtful: boolean;
};

/**
Removes from the target what the archive does not have, once all else is restored: a restore that fails half-way has deleted nothing. Only what the patterns select.
The archive's trees are read once more for it, so that the walk before need not remember all names.
*/
export async function deleteExtra(run: RestoreRun, subtree: Subtree, scope: Scope): Promise<void> {
	const frames: Frame[] = [];
	const enter = (place: DirectoryPlace, treeId: string, node: Node | undefined, scope: Scope): void => {
		const names = namesIn(run, place);
		if (names) frames.push({place, node, nodes: treeNodes(run.context.reader, treeId, run.context.signal), scope, names, known: new Uint8Array(names.length), next: 0, last: undefined, doubtful: false});
	};
	enter(run.directories.root, subtree.treeId, subtree.node, scope);
	try {
		for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
			if (run.context.pace.due()) await run.context.pace.breathe();
			const next = await frame.nodes.next();
			if (next.done) {
				frames.pop();
				if (!frame.doubtful) await deleteUnknown(run, frame);
				if (frame.place.parent) run.directories.release(frame.place);
				continue;
			}
			const {name, type, subtree: treeId} = next.value;
			const isPresent = match(frame, name);
			const child = frame.scope.enter(name);
			if (isPresent && type === 'dir' && treeId !== undefined && child.searched && isDirectory(run, frame, name)) enter({parent: frame.place, name}, treeId, next.value, child);
		}
	} finally {
		for (const frame of frames) await frame.nodes.return();
	}
}

/** Moves on to a name of the archive. Whether the target has it. */
function match(frame: Frame, name: Buffer): boolean {
	if (!isSafeName(name) || (frame.last && Buffer.compare(frame.last, name) >= 0)) frame.doubtful = true;
	if (frame.doubtful) return false;
	frame.last = name;
	for (; frame.next < frame.names.length; frame.next++) {
		const order = Buffer.compare(frame.names.at(frame.next), name);
		if (order > 0) return false;
		if (order === 0) {
			frame.known[frame.next++] = 1;
			return true;
		}
	}
	return false;
}

async function deleteUnknown(run: RestoreRun, {place, node, scope, names, known}: Frame): Promise<void> {
	let deleted = false;
	for (let index = 0; index < names.length; index++) {
		if (known[index]) continue;
		const name = names.at(index);
		if (!place.parent && name.equals(lostAndFound)) continue;
		const found = run.attempt(place, name, 'NotDeleted', () => run.directories.open(place).statusOf(name));
		if (!found || !(found.result.type === 'dir' ? scope.enter(name).taken : scope.takes(name))) continue;
		if (run.context.preview) run.change(place, name, 'Delete');
		else if (!(await removeEntry(run, place, name, found.result))) continue;
		run.tally.entriesDeleted++;
		deleted = true;
	}
	if (!deleted || run.context.preview || !node || !scope.taken || run.context.overwrite === 'Never') return;
	run.attempt(place, undefined, 'TimesNotSet', () => run.context.fileSystem.entryOf(run.directories.open(place).fd).setTimes(node.atimeNs, node.mtimeNs));
}

function isDirectory(run: RestoreRun, {place}: Frame, name: Buffer): boolean {
	return run.attempt(place, name, 'NotDeleted', () => run.directories.open(place).statusOf(name))?.result.type === 'dir';
}

function namesIn(run: RestoreRun, place: DirectoryPlace): NameList | undefined {
	return run.attempt(place, undefined, 'NotDeleted', () => {
		const names = new NameList();
		run.directories.open(place).readNames(names);
		names.sort();
		return names;
	})?.result;
}
