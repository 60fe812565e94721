import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import {parseGoDate} from '../files/go-time.ts';
import {idOfKey, keyFileKey, prefixes} from '../files/object-keys.ts';
import type {OpenRepository} from '../open-repository.ts';

/** One password's way into the repository. What it says of its maker is not authenticated: it is there to tell keys apart. */
export type RepositoryKey = {
	id: string;
	/** It is the one this repository was opened with. */
	inUse: boolean;
	created?: Date;
	hostname: string;
	username: string;
	/** Why it opens nothing, whatever the password. */
	problem?: string;
};

/** All keys, oldest first; those that can not be read last. */
export async function readKeys({storage, keyId}: OpenRepository, signal: AbortSignal): Promise<RepositoryKey[]> {
	const keys: RepositoryKey[] = [];
	for await (const {key} of storage.list(prefixes.keys, signal)) {
		const id = idOfKey(key);
		if (!id) continue;
		try {
			keys.push({id, inUse: id === keyId, ...describe(await storage.get(keyFileKey(id), signal))});
		} catch (error) {
			if (!isLazaretteError(error, 'ObjectNotFound')) throw error;
		}
	}
	const made = ({created}: RepositoryKey): number => created?.getTime() ?? Infinity;
	return keys.sort((a, b) => (made(a) === made(b) ? (a.id < b.id ? -1 : 1) : made(a) - made(b)));
}

/** The one key whose ID begins so. @throws BadRequest when there is none, or more than one */
export function findKey(keys: readonly RepositoryKey[], idPrefix: string): RepositoryKey {
	const found = idPrefix === '' ? [] : keys.filter(({id}) => id.startsWith(idPrefix));
	const [key] = found;
	if (key && found.length === 1) return key;
	throw new LazaretteError('BadRequest', `${found.length === 0 ? 'no key of the repository begins' : `${found.length} keys of the repository begin`} with "${idPrefix}"`, {
		hint: `the keys are ${keys.map(({id}) => id.slice(0, 8)).join(', ')}; nothing was changed`,
	});
}

function describe(bytes: Buffer): Omit<RepositoryKey, 'id' | 'inUse'> {
	const file = parse(bytes);
	const text = (value: unknown): string => (typeof value === 'string' ? value : '');
	const created = parseGoDate(text(file?.created));
	return {
		hostname: text(file?.hostname),
		username: text(file?.username),
		...(created ? {created} : {}),
		...(file?.kdf === 'scrypt' && text(file.salt) && text(file.data) ? {} : {problem: 'the file is damaged'}),
	};
}

function parse(bytes: Buffer): Record<string, unknown> | null {
	try {
		return JSON.parse(bytes.toString('utf8')) as Record<string, unknown> | null;
	} catch {
		return null;
	}
}
