import type {Node} from '../../repository/node.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Status} from '../file-system/file-system.ts';
import {ExistingContent} from './existing-content.ts';
import type {FileWork} from './file-work.ts';
import {keptMetadata} from './kept-metadata.ts';
import type {RestoreRun} from './restore-run.ts';
import type {Segment} from './segment.ts';

const idLength = 32;

/** Plans a file that does not exist: all its blobs. A promise only when what is planned has to be worked off before. */
export function planNewFile(run: RestoreRun, segment: Segment, place: DirectoryPlace, node: Node): Promise<void> | undefined {
	const work = newWork(place, node, true);
	const planned = planFrom(run, segment, work, node, 0);
	return planned < contentOf(node).length ? goOn(run, segment, work, node, planned) : undefined;
}

async function goOn(run: RestoreRun, segment: Segment, work: FileWork, node: Node, from: number): Promise<void> {
	for (let planned = from; planned < contentOf(node).length; ) {
		await segment.flush();
		planned = planFrom(run, segment, work, node, planned);
	}
}

/** Plans its blobs from byte `from` of their IDs until there is no room for more; returns where it stopped. */
function planFrom(run: RestoreRun, segment: Segment, work: FileWork, node: Node, from: number): number {
	const content = contentOf(node);
	for (let at = from; at + idLength <= content.length; at += idLength) {
		if (segment.needsFlush) return at;
		const blob = run.context.reader.locate(content.subarray(at, at + idLength));
		segment.addBlob(work, blob, work.size);
		work.size += blob.plainLength;
	}
	noteSize(run, work, node.size);
	segment.endFile(work);
	return content.length;
}

export type Comparison = {
	/** The file as it is, open for reading. */
	fd: number;
	status: Status;
};

/**
Plans the blobs that a file in the target does not have at their place. Returns whether any is missing or the length differs; a preview plans nothing and only says so.
*/
export async function planDifferences(run: RestoreRun, segment: Segment, place: DirectoryPlace, node: Node, {fd, status}: Comparison): Promise<boolean> {
	const {reader, fileSystem, pace, preview} = run.context;
	const work = newWork(place, node, false);
	const content = new ExistingContent(fileSystem, fd);
	let differs = false;
	for (const id of blobsOf(node)) {
		const blob = reader.locate(id);
		const {plainLength} = blob;
		if (content.holds(id, work.size, plainLength)) run.tally.bytesUnchanged += plainLength;
		else {
			differs = true;
			if (!preview && segment.needsFlush) await segment.flush();
			if (!preview) segment.addBlob(work, blob, work.size);
		}
		work.size += plainLength;
		if (pace.due()) await pace.breathe();
	}
	if (work.size !== status.size) differs = true;
	noteSize(run, work, node.size);
	if (differs && !preview) segment.endFile(work);
	return differs;
}

const newWork = (place: DirectoryPlace, node: Node, fresh: boolean): FileWork => ({place, node: keptMetadata(node), size: 0, fresh, state: 'waiting', pending: 1, lent: 0, end: 0, fd: -1});

const nothing = new Uint8Array(0);
const contentOf = ({content = nothing}: Node): Uint8Array => content;

function* blobsOf(node: Node): Generator<Uint8Array> {
	const content = contentOf(node);
	for (let at = 0; at + idLength <= content.length; at += idLength) yield content.subarray(at, at + idLength);
}

/** restic takes the content for the truth when a node's size is another; so do we, but we say so. */
function noteSize(run: RestoreRun, {place, node, size}: FileWork, stated: number): void {
	if (size !== stated) run.problem(place, node.name, 'SizeDiffers', `${size} bytes, not ${stated}`);
}
