import type {Node} from '../../repository/node.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Directory, Entry, Status} from '../file-system/file-system.ts';
import {applyMetadata} from './apply-metadata.ts';
import type {RestoreRun} from './restore-run.ts';
import type {Segment} from './segment.ts';

/** Makes the metadata of an entry, whose content counts as the archive's, the archive's too; a preview only notes that it would. */
export function correctMetadata(run: RestoreRun, segment: Segment, place: DirectoryPlace, node: Node, status: Status): void {
	const isLate = status.mtimeNs !== node.mtimeNs;
	const differs = run.attempt(place, node.name, 'AttributeNotSet', () => wouldChange(run, run.directories.open(place), node, status));
	if (!differs || (!differs.result && !isLate)) return;
	if (run.context.preview) {
		run.change(place, node.name, 'Metadata');
		return;
	}
	const changed = differs.result && applyToEntry(run, place, node, status);
	if (changed || isLate) run.tally.metadataCorrected++;
	if (isLate) segment.addTimes({place, node});
}

function applyToEntry(run: RestoreRun, place: DirectoryPlace, node: Node, status: Status): boolean {
	const opened = run.attempt(place, node.name, 'NotRestored', () => run.directories.open(place).openEntry(node.name));
	if (!opened) return false;
	try {
		return run.applyMetadata(place, node.name, opened.result, status, node);
	} finally {
		opened.result.close();
	}
}

/** Most entries of a repeated restore need nothing; they are not opened to find that out. */
function wouldChange(run: RestoreRun, directory: Directory, node: Node, status: Status): boolean {
	const entry: Entry = {
		status: () => status,
		attributes: () => directory.attributesOf(node.name),
		setOwner: nothing,
		setMode: nothing,
		setTimes: nothing,
		setAttribute: nothing,
		removeAttribute: nothing,
		close: nothing,
	};
	const attempt = (_reason: unknown, change: () => void): boolean => {
		change();
		return true;
	};
	return applyMetadata({entry, status, node, ownership: run.context.ownership, isBare: false, attempt, report: nothing});
}

const nothing = (): void => undefined;
