import {unless} from '../file-system/system-error.ts';
import {correctMetadata} from './correct-metadata.ts';
import {isLinked} from './link-file.ts';
import type {FirstName} from './link-file.ts';
import {planDifferences, planNewFile} from './plan-file.ts';
import {removeObstacle} from './remove-entry.ts';
import type {RestoreRun} from './restore-run.ts';
import type {Segment} from './segment.ts';
import type {Wanted} from './wanted.ts';

/** Plans what has to be done so that a regular file is as the archive has it. @param first the name under which the same file was restored already */
export async function restoreFile(run: RestoreRun, segment: Segment, wanted: Wanted, first: FirstName | undefined): Promise<void> {
	const {place, node, existing, decision} = wanted;
	const {tally, context} = run;
	tally.filesTotal++;
	if (decision === 'keep') {
		tally.filesKept++;
		return;
	}
	if (first) {
		if (!context.preview) segment.addLink({place, name: node.name, first, replace: existing !== undefined});
		else if (!existing) run.change(place, node.name, 'Create');
		else if (isLinked(run, place, node.name, first)) tally.filesUnchanged++;
		else run.change(place, node.name, 'Replace');
		return;
	}
	tally.bytesTotal += node.size;
	if (existing && decision === 'refresh') {
		tally.bytesUnchanged += node.size;
		keepContent(run, segment, wanted);
	} else if (!existing || decision === 'create') {
		await writeAnew(run, segment, wanted);
	} else if (decision !== 'rewrite' || !(await rewrite(run, segment, wanted))) {
		await writeAnew(run, segment, wanted);
	}
}

function keepContent(run: RestoreRun, segment: Segment, {place, node, existing}: Wanted): void {
	run.tally.filesUnchanged++;
	if (existing) correctMetadata(run, segment, place, node, existing.status);
}

async function writeAnew(run: RestoreRun, segment: Segment, {place, node, existing}: Wanted): Promise<void> {
	if (run.context.preview) {
		run.change(place, node.name, existing ? 'Replace' : 'Create');
		return;
	}
	if (existing && !(await removeObstacle(run, place, node.name, existing.status))) return;
	await planNewFile(run, segment, place, node);
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
