import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {LazaretteError} from '../base/errors.ts';

/** A mounted key of a Secret, without the line break that editors and `echo` leave at the end. @throws AccessDenied naming the key when it is absent or empty */
export async function readRequiredFile(directory: string, key: string): Promise<string> {
	const value = await readOptionalFile(directory, key);
	if (value === undefined || value === '') {
		throw new LazaretteError('AccessDenied', `the Secret's key ${key} is ${value === undefined ? 'missing' : 'empty'}`, {hint: `add ${key} to the Secret that the repository names`});
	}

	return value;
}

export async function readOptionalFile(directory: string, key: string): Promise<string | undefined> {
	try {
		return (await readFile(join(directory, key), 'utf8')).replace(/\r?\n$/, '');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw new LazaretteError('AccessDenied', `the mounted Secret's key ${key} cannot be read`, {hint: 'the mover\'s user must be able to read its mounted Secrets', cause: error});
	}
}
