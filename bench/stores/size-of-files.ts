import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';

/** The sum of the lengths of all files below a directory. */
export async function sizeOfFiles(directory: string): Promise<number> {
	let sum = 0;
	for (const entry of await readdir(directory, {withFileTypes: true, recursive: true})) {
		if (entry.isFile()) sum += (await lstat(join(entry.parentPath, entry.name))).size;
	}
	return sum;
}
