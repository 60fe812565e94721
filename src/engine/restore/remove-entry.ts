import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Status} from '../file-system/file-system.ts';
import {NameList} from '../file-system/name-list.ts';
import {systemCode} from '../file-system/system-error.ts';
import type {RestoreRun} from './restore-run.ts';

/**
Removes what stands where the archive has something else. A directory with entries is removed only when extra entries may be deleted. False, and reported, when
it stays.
*/
export async function removeObstacle(run: RestoreRun, place: DirectoryPlace, name: Buffer, status: Status): Promise<boolean> {
	if (status.type === 'dir' && run.context.deleteExtra) return removeEntry(run, place, name, status);
	const removed = run.attempt(place, name, 'NotRestored', () => {
		const directory = run.directories.open(place);
		if (status.type !== 'dir') {
			directory.removeFile(name);
			return true;
		}
		try {
			directory.removeDirectory(name);
			return true;
		} catch (error) {
			const code = systemCode(error);
			if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
			run.problem(place, name, 'DirectoryInTheWay');
			return false;
		}
	});
	return removed?.result ?? false;
}

type Frame = {place: DirectoryPlace; names: NameList; next: number; complete: boolean};

/** Removes an entry with all that is below it, following no links and entering no other mount. False when anything of it stays. */
export async function removeEntry(run: RestoreRun, place: DirectoryPlace, name: Buffer, status: Status): Promise<boolean> {
	if (status.type !== 'dir') return removeName(run, place, name, false);
	const frames: Frame[] = [];
	const enter = (directory: DirectoryPlace): boolean => {
		const names = openForRemoval(run, directory);
		if (names) frames.push({place: directory, names, next: 0, complete: true});
		return names !== undefined;
	};
	if (!enter({parent: place, name})) return false;

	for (;;) {
		const frame = frames.at(-1)!;
		if (run.context.pace.due()) await run.context.pace.breathe();
		if (frame.next < frame.names.length) {
			const child = frame.names.at(frame.next++);
			const found = run.attempt(frame.place, child, 'NotDeleted', () => run.directories.open(frame.place).statusOf(child));
			const gone = found && (found.result.type === 'dir' ? enter({parent: frame.place, name: child}) : removeName(run, frame.place, child, false));
			if (!gone) frame.complete = false;
			continue;
		}
		frames.pop();
		run.directories.release(frame.place);
		const parent = frames.at(-1);
		const gone = frame.complete && removeName(run, frame.place.parent!, frame.place.name, true);
		if (!parent) return gone;
		if (!gone) parent.complete = false;
	}
}

function openForRemoval(run: RestoreRun, place: DirectoryPlace): NameList | undefined {
	const opened = run.attempt(place, undefined, 'NotDeleted', () => {
		const directory = run.directories.open(place);
		const root = run.directories.open(run.directories.root);
		if (directory.mountId() !== root.mountId()) return undefined;
		const names = new NameList();
		directory.readNames(names);
		return names;
	});
	if (opened && !opened.result) run.problem(place, undefined, 'NotDeleted', 'another file system is mounted here');
	return opened?.result;
}

function removeName(run: RestoreRun, place: DirectoryPlace, name: Buffer, isDirectory: boolean): boolean {
	const removed = run.attempt(place, name, 'NotDeleted', () => {
		const directory = run.directories.open(place);
		if (isDirectory) directory.removeDirectory(name);
		else directory.removeFile(name);
	});
	return removed !== undefined;
}
