import {open, rm} from 'node:fs/promises';
import type {FileHandle} from 'node:fs/promises';
import {LazaretteError} from '../base/errors.ts';

export type Write = (bytes: Buffer) => Promise<void>;

/** Writes a new file, and makes it durable. What could not be written whole does not stay. @throws TargetNotEmpty; TargetFull; TargetReadOnly; BadRequest */
export async function toTarget<Result>(target: string, force: boolean, into: (write: Write) => Promise<Result>): Promise<Result> {
	const file = await openTarget(target, force);
	try {
		const result = await into(async bytes => file.writeFile(bytes));
		await file.sync();
		await file.close();
		return result;
	} catch (error) {
		await file.close().catch(() => {});
		await rm(target, {force: true});
		throw targetError(error, target);
	}
}

async function openTarget(target: string, force: boolean): Promise<FileHandle> {
	try {
		return await open(target, force ? 'w' : 'wx', 0o600);
	} catch (error) {
		throw targetError(error, target);
	}
}

function targetError(error: unknown, target: string): unknown {
	const code = (error as NodeJS.ErrnoException).code;
	if (code === 'EEXIST') return new LazaretteError('TargetNotEmpty', `${target} exists already`, {hint: 'name another --target, or give --force to replace it', cause: error});
	if (code === 'ENOSPC' || code === 'EDQUOT') return new LazaretteError('TargetFull', `there is no room left for ${target} (${code})`, {hint: 'what was written of it was removed again', cause: error});
	if (code === 'EROFS') return new LazaretteError('TargetReadOnly', `${target} is on a read-only file system`, {cause: error});
	if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)) return new LazaretteError('BadRequest', `${target} can not be written (${code})`, {hint: 'name a --target that this user may write', cause: error});
	return error;
}
