import type {Node} from '../../repository/node.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Status} from '../file-system/file-system.ts';
import {ExistingContent} from './existing-content.ts';
import type {FileWork} from './file-work.ts';
import {keptMetadata} from './kept-metadata.ts';
import type {RestoreRun} from './restore-run.ts';
import type {Segment} from './segment.ts';

const idLength = 32;

/** Plans a file that does not exist: all its blobs. */
export async function planNewFile(run: RestoreRun, segment: Segment, place: DirectoryPlace, node: Node): Promise<void> {
	const work: FileWork = {place, node: keptMetadata(node), size: 0, fresh: true, state: 'waiting', pending: 1, lent: 0, end: 0};
	for (const id of blobsOf(node)) {
		const {pack, offset, blob, plainLength} = run.context.reader.locate(id);
		if (segment.needsFlush) await segment.flush();
		segment.addBlob(work, {pack, offset, blob, position: work.size});
		work.size += plainLength;
	}
	noteSize(run, work, node.size);
	segment.endFile(work);
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
	const work: FileWork = {place, node: keptMetadata(node), size: 0, fresh: false, state: 'waiting', pending: 1, lent: 0, end: 0};
	const content = new ExistingContent(fileSystem, fd);
	let differs = false;
	for (const id of blobsOf(node)) {
		const {pack, offset, blob, plainLength} = reader.locate(id);
		if (content.holds(id, work.size, plainLength)) run.tally.bytesUnchanged += plainLength;
		else {
			differs = true;
			if (!preview && segment.needsFlush) await segment.flush();
			if (!preview) segment.addBlob(work, {pack, offset, blob, position: work.size});
		}
		work.size += plainLength;
		if (pace.due()) await pace.breathe();
	}
	if (work.size !== status.size) differs = true;
	noteSize(run, work, node.size);
	if (differs && !preview) segment.endFile(work);
	return differs;
}

function* blobsOf({content = new Uint8Array()}: Node): Generator<Uint8Array> {
	for (let at = 0; at + idLength <= content.length; at += idLength) yield content.subarray(at, at + idLength);
}

/** restic takes the content for the truth when a node's size is another; so do we, but we say so. */
function noteSize(run: RestoreRun, {place, node, size}: FileWork, stated: number): void {
	if (size !== stated) run.problem(place, node.name, 'SizeDiffers', `${size} bytes, not ${stated}`);
}
