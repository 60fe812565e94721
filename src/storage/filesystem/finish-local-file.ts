import {stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {LazaretteError} from '../../base/errors.ts';
import {makeDurable, syncDirectory} from './durable-file.ts';
import {isErrno} from '../errno.ts';
import {filesystemError} from './filesystem-errors.ts';
import type {LocalFile} from '../storage.ts';

/** Makes a file that the caller wrote durable. False when nothing is left to do, because an interrupted call before this one has already moved it to `to`. */
export async function finishLocalFile(file: LocalFile, mode: number, to: string): Promise<boolean> {
	let size: number;
	try {
		size = await makeDurable(file.path, mode);
	} catch (error) {
		if (!isErrno(error, 'ENOENT')) throw afterFailedSync(error, file);
		const published = await stat(to).catch(() => undefined);
		if (published?.size !== file.size) throw new LazaretteError('Unexpected', `unfinished file ${file.path} is gone`, {cause: error, hint: 'something removed it while it was being written; begin the run again'});
		await syncDirectory(dirname(to));
		return false;
	}

	if (size === file.size) return true;
	throw new LazaretteError('VerificationFailed', `unfinished file ${file.path} has ${size} bytes instead of ${file.size}; it was not stored`, {hint: 'something changed it while it was being written; begin the run again'});
}

/** Linux forgets which pages it could not write once it has said so, and a second fsync of the same file would succeed without them; so this file must not be tried again. */
function afterFailedSync(error: unknown, file: LocalFile): LazaretteError {
	const {code, message, context, cause, hint} = filesystemError(error, `cannot make ${file.path} durable`);
	return new LazaretteError(code, message, {retry: 'no', context, cause, ...(hint === undefined ? {} : {hint})});
}
