import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {KeptMetadata} from './kept-metadata.ts';
import type {RestoreRun} from './restore-run.ts';

/** A directory that the walk has left. */
export type LeftDirectory = {place: DirectoryPlace; node: KeptMetadata; made: boolean};

/** Gives a directory its metadata once nothing will be written into it any more. */
export function finishDirectory(run: RestoreRun, {place, node, made}: LeftDirectory): void {
	const opened = run.attempt(place, undefined, 'NotRestored', () => run.directories.open(place));
	if (!opened) return;
	const entry = run.context.fileSystem.entryOf(opened.result.fd);
	const status = opened.result.status();
	const changed = run.applyMetadata(place, undefined, entry, status, node);
	if (changed && !made) run.tally.metadataCorrected++;
	run.attempt(place, undefined, 'TimesNotSet', () => entry.setTimes(node.atimeNs, node.mtimeNs));
	run.directories.release(place);
}
