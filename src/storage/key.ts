import {LazaretteError} from '../base/errors.ts';

/** First part of a key that no object may have: on a file system it is the folder of unfinished files. restic's own layout reserves it as well. */
export const reservedFolder = 'tmp';

/**
Refuses what is not an object's key before it reaches a path or a URL.
@throws BadRequest
*/
export function checkKey(key: string): void {
	const parts = key.split('/');
	if (/^[\x21-\x7E]+$/.test(key) && key.length <= 512 && parts[0] !== reservedFolder && !parts.some(part => part === '' || part === '.' || part === '..')) return;
	throw new LazaretteError('BadRequest', `object key ${JSON.stringify(key)} is not usable; nothing was stored or read`, {
		hint: `keys are printable ASCII, parts separated by single slashes, without "." and "..", not below ${reservedFolder}/`,
	});
}

/** Prefixes of a listing: '' or the beginning of a key. */
export function checkPrefix(prefix: string): void {
	if (prefix !== '') checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
}
