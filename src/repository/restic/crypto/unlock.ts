import {createHash} from 'node:crypto';
import {isLazaretteError, LazaretteError} from '../../../base/errors.ts';
import {idOfKey, prefixes} from '../files/object-keys.ts';
import {openKeyFile} from './key-file.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {MasterKey} from './master-key.ts';

export type Unlocked = {masterKey: MasterKey; keyId: string};

/** Each try costs memory and a tenth of a second or more; restic stops here too. */
const maxTries = 20;

/**
Tries the password on each of the repository's keys.
@throws NotARepository when there is none; WrongPassword when none opens; RepositoryDamaged when all are malformed
*/
export async function unlockRepository(storage: Storage, password: string, signal: AbortSignal): Promise<Unlocked> {
	let tried = 0;
	let refused = 0;
	let damage: LazaretteError | undefined;
	for await (const {key} of storage.list(prefixes.keys, signal)) {
		const keyId = idOfKey(key);
		if (!keyId) continue;
		if (++tried > maxTries) break;
		try {
			const masterKey = await tryKey(storage, key, keyId, password, signal);
			if (masterKey) return {masterKey, keyId};
			refused++;
		} catch (error) {
			// One malformed key must not hide the good ones beside it.
			if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
			damage ??= error;
		}
	}

	if (tried === 0) throw new LazaretteError('NotARepository', `there is no restic repository at ${storage.location}: it holds no key`, {hint: 'check the location and its prefix, or create the repository first'});
	if (refused === 0 && damage) throw damage;
	throw new LazaretteError('WrongPassword', `the password opens none of the ${refused} keys of the repository at ${storage.location}`, {
		hint: tried > maxTries ? `only the first ${maxTries} keys were tried; remove keys nobody needs, or give the right password` : 'give the password the repository was created with, or add this one as a further key',
		context: {keys: refused},
	});
}

async function tryKey(storage: Storage, key: string, keyId: string, password: string, signal: AbortSignal): Promise<MasterKey | undefined> {
	const bytes = await storage.get(key, signal);
	if (createHash('sha256').update(bytes).digest('hex') !== keyId) throw new LazaretteError('RepositoryDamaged', `${key} is not what it was when it was written: its hash does not match its name`, {context: {object: key}});
	const masterKey = await openKeyFile(bytes, password, key);
	signal.throwIfAborted();
	return masterKey;
}
