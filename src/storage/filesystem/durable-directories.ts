import {chmod, mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {isErrno} from '../errno.ts';
import {syncDirectory, whereSupported} from './durable-file.ts';

/**
Directories below `root`, created when first needed. Each is made durable in the one that holds it once in this process's life, also one that was already there:
whoever created it, another process or a call under way here, may not have come so far.
*/
export type DurableDirectories = {
	ensure(path: string): Promise<void>;
	/** To be called when a directory turns out to be gone. */
	forget(path: string): void;
};

export function createDurableDirectories(root: string, mode: () => number): DurableDirectories {
	const known = new Map<string, Promise<void>>();

	const ensure = async (path: string): Promise<void> => {
		let ready = known.get(path);
		if (!ready) {
			ready = path === root ? makeRoot(path, mode()) : ensure(dirname(path)).then(async () => make(path, mode()));
			known.set(path, ready);
			ready.catch(() => known.delete(path));
		}

		return ready;
	};

	return {
		ensure,
		forget(path) {
			for (let gone = path; ; gone = dirname(gone)) {
				known.delete(gone);
				if (gone === root || gone === dirname(gone)) return;
			}
		},
	};
}

/** Above the repository nothing is ours: what is there stays as it is, and need not even be readable. */
async function makeRoot(path: string, mode: number): Promise<void> {
	try {
		if (!(await created(path, mode))) return;
	} catch (error) {
		if (!isErrno(error, 'ENOENT')) throw error;
		await makeRoot(dirname(path), mode);
		return makeRoot(path, mode);
	}

	await syncDirectory(dirname(path));
}

async function make(path: string, mode: number): Promise<void> {
	await created(path, mode);
	await syncDirectory(dirname(path));
}

async function created(path: string, mode: number): Promise<boolean> {
	try {
		await mkdir(path, {mode});
	} catch (error) {
		if (isErrno(error, 'EEXIST')) return false;
		throw error;
	}

	// The umask takes bits away that a shared repository needs.
	await whereSupported(async () => chmod(path, mode));
	return true;
}
