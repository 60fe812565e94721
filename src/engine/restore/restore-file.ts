import type {Node} from '../../repository/node.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import {unless} from '../file-system/system-error.ts';
import {correctMetadata} from './correct-metadata.ts';
import type {Existing} from './decide.ts';
import {isLinked} from './link-file.ts';
import type {FirstName} from './link-file.ts';
import {planDifferences, planNewFile} from './plan-file.ts';
import {removeObstacle} from './remove-entry.ts';
import type {RestoreRun} from './restore-run.ts';
import type {Segment} from './segment.ts';
import type {Wanted} from './wanted.ts';

/** Plans what has to be done so that a regular file is as the archive has it; a promise only when something has to be waited for. @param first the name under which the same file was restored already */
export function restoreFile(run: RestoreRun, segment: Segment, wanted: Wanted, first: FirstName | undefined): Promise<void> | undefined {
	const {place, node, existing, decision} = wanted;
	const {tally, context} = run;
	tally.filesTotal++;
	if (decision === 'keep') {
		tally.filesKept++;
		return undefined;
	}
	if (first) {
		if (!context.preview) segment.addLink({place, name: node.name, first, replace: existing !== undefined});
		else if (!existing) run.change(place, node.name, 'Create');
		else if (isLinked(run, place, node.name, first)) tally.filesUnchanged++;
		else run.change(place, node.name, 'Replace');
		return undefined;
	}
	tally.bytesTotal += node.size;
	if (existing && decision === 'refresh') {
		tally.bytesUnchanged += node.size;
		keepContent(run, segment, wanted);
		return undefined;
	}
	return existing && decision === 'rewrite' ? rewriteOrReplace(run, segment, wanted) : writeAnew(run, segment, wanted);
}

async function rewriteOrReplace(run: RestoreRun, segment: Segment, wanted: Wanted): Promise<void> {
	if (!(await rewrite(run, segment, wanted))) await writeAnew(run, segment, wanted);
}

function keepContent(run: RestoreRun, segment: Segment, {place, node, existing}: Wanted): void {
	run.tally.filesUnchanged++;
	if (existing) correctMetadata(run, segment, place, node, existing.status);
}

function writeAnew(run: RestoreRun, segment: Segment, {place, node, existing}: Wanted): Promise<void> | undefined {
	if (!run.context.preview) return existing ? replace(run, segment, place, node, existing) : planNewFile(run, segment, place, node);
	run.change(place, node.name, existing ? 'Replace' : 'Create');
	return undefined;
}

async function replace(run: RestoreRun, segment: Segment, place: DirectoryPlace, node: Node, existing: Existing): Promise<void> {
	if (await removeObstacle(run, place, node.name, existing.status)) await planNewFile(run, segment, place, node);
}

/** False when the file cannot be compared or written in place: a running program, or a mode that keeps us out of our own file. */
async function rewrite(run: RestoreRun, segment: Segment, wanted: Wanted): Promise<boolean> {
	const {place, node} = wanted;
	const {fileSystem, preview} = run.context;
	const fd = openToCompare(run, wanted);
	if (fd === undefined) return false;
	try {
		if (!(await planDifferences(run, segment, place, node, {fd, status: fileSystem.statusOf(fd)}))) keepContent(run, segment, wanted);
		else if (preview) run.change(place, node.name, 'Update');
	} finally {
		fileSystem.close(fd);
	}
	return true;
}

function openToCompare(run: RestoreRun, {place, node}: Wanted): number | undefined {
	const directory = run.directories.open(place);
	return unless(['EACCES', 'EPERM', 'ETXTBSY'], () => (run.context.preview ? directory.openFile(node.name) : directory.openForUpdate(node.name)));
}
