import type {Node} from '../../repository/node.ts';
import type {Directory} from '../file-system/file-system.ts';
import {correctMetadata} from './correct-metadata.ts';
import type {FirstName} from './link-file.ts';
import {removeObstacle} from './remove-entry.ts';
import type {RestoreRun} from './restore-run.ts';
import type {Segment} from './segment.ts';
import type {Wanted} from './wanted.ts';

/** Restores a link, device or FIFO at once: there is nothing to fetch. @param first the name under which the same entry was restored already */
export async function restoreOther(run: RestoreRun, segment: Segment, {place, node, existing, decision}: Wanted, first: FirstName | undefined): Promise<void> {
	run.tally.others++;
	if (decision === 'keep') return;
	if (node.type === 'socket') {
		run.problem(place, node.name, 'DeviceNotCreated', 'socket');
		return;
	}
	if (existing && decision === 'refresh') {
		correctMetadata(run, segment, place, node, existing.status);
		return;
	}
	if (run.context.preview) {
		run.change(place, node.name, existing ? 'Replace' : 'Create');
		return;
	}
	if (first) {
		segment.addLink({place, name: node.name, first, replace: existing !== undefined});
		return;
	}
	if (existing && !(await removeObstacle(run, place, node.name, existing.status))) return;
	const directory = run.directories.open(place);
	const made = run.attempt(place, node.name, node.type === 'symlink' ? 'NotRestored' : 'DeviceNotCreated', () => make(directory, node));
	if (!made) return;

	const opened = run.attempt(place, node.name, 'NotRestored', () => directory.openEntry(node.name));
	if (!opened) return;
	const entry = opened.result;
	try {
		run.applyMetadata(place, node.name, entry, entry.status(), node);
		run.attempt(place, node.name, 'TimesNotSet', () => entry.setTimes(node.atimeNs, node.mtimeNs));
	} finally {
		entry.close();
	}
}

function make(directory: Directory, {name, type, linkTarget, device}: Node): void {
	if (type === 'symlink') directory.makeLink(name, linkTarget ?? Buffer.alloc(0));
	else if (type === 'dev' || type === 'chardev' || type === 'fifo') directory.makeSpecial(name, type, device ?? 0n);
}
