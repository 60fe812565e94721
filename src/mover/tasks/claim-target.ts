import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {LazaretteError} from '../../base/errors.ts';
import type {FileSystem} from '../../engine/file-system/file-system.ts';
import {unless} from '../../engine/file-system/system-error.ts';

const marker = '.lazarette-restore';

/**
For restores that may only fill an empty target: marks it as this run's before the first write, so that the next attempt of the same run
goes on where this one was cut off (docs/adr/0002). @returns whether an earlier attempt began to fill it
@throws TargetNotEmpty before anything is written
*/
export async function claimTarget(directory: string, run: string): Promise<{resumed: boolean}> {
	const entries = await readdir(directory, {withFileTypes: true, encoding: 'buffer'});
	if (entries.some(({name}) => name.equals(Buffer.from(marker)))) {
		const owner = await readFile(join(directory, marker), 'utf8');
		if (owner === run) return {resumed: true};
		throw new LazaretteError('TargetNotEmpty', 'another restore began to fill the target and was cut off', {
			hint: `delete what is in the claim and the file ${marker}, or create the restore anew with spec.overwrite`,
		});
	}

	// mkfs makes lost+found; nobody put it there.
	const found = entries.filter(entry => !(entry.isDirectory() && entry.name.equals(Buffer.from('lost+found'))));
	if (found.length > 0) {
		throw new LazaretteError('TargetNotEmpty', `the target holds ${found.length} ${found.length === 1 ? 'entry' : 'entries'}, and spec.overwrite does not say what to do with them; nothing was touched`, {
			hint: 'create the restore anew with spec.overwrite, or with an empty claim',
		});
	}

	await writeFile(join(directory, marker), run, {flag: 'wx', mode: 0o600, flush: true});
	return {resumed: false};
}

/** Takes the mark off a target that is complete and on disk, and gives its root the times back that the archive says. */
export async function releaseTarget(directory: string, fileSystem: FileSystem): Promise<void> {
	const root = fileSystem.openRoot(directory);
	try {
		const entry = fileSystem.entryOf(root.fd);
		const {atimeNs, mtimeNs} = entry.status();
		await fileSystem.sync(root);
		await rm(join(directory, marker), {force: true});
		// An unprivileged mover seldom owns the root of a volume; that its times could not be set was reported when the archive's were.
		unless(['EPERM', 'EACCES'], () => entry.setTimes(atimeNs, mtimeNs));
		await fileSystem.sync(root);
		entry.close();
	} finally {
		root.close();
	}
}
