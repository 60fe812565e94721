import {LazaretteError} from '../base/errors.ts';
import type {ByteRange, StoredObject} from './storage.ts';

/** @throws BadRequest for a range that no object could have */
export function checkRange({offset, length}: ByteRange): void {
	if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) return;
	throw new LazaretteError('BadRequest', `range of ${length} bytes from ${offset} is not valid; nothing was read`);
}

/** The object is shorter than what refers to it says. */
export const endsBefore = (key: string, {offset, length}: ByteRange, size: number): LazaretteError =>
	new LazaretteError('RepositoryDamaged', `${key} ends at byte ${size}, but bytes ${offset} to ${offset + length} are needed`, {
		hint: 'the object was cut short; run a check of the repository and restore the object from another copy of it',
		context: {key, size},
	});

/** Far above anything that is read whole (configuration, keys, locks, archives, index files); more must not be able to fill our memory. */
const wholeObjectMaxBytes = 1024 ** 3;

/** @throws RepositoryDamaged for an object that is too large to be read whole */
export function checkWhole(key: string, size: number): void {
	if (size <= wholeObjectMaxBytes) return;
	throw new LazaretteError('RepositoryDamaged', `${key} has ${size} bytes; nothing of its kind is so large, and it was not read`, {hint: 'something else was stored under this name; run a check of the repository', context: {key, size}});
}

/** A range of no bytes, which HTTP cannot ask for: valid up to the object's end. */
export function emptyRange(object: StoredObject | undefined, key: string, offset: number): Buffer {
	if (!object) throw new LazaretteError('ObjectNotFound', `there is no object ${key}`);
	if (offset > object.size) throw endsBefore(key, {offset, length: 0}, object.size);
	return Buffer.alloc(0);
}
