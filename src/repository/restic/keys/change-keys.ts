import {LazaretteError} from '../../../base/errors.ts';
import {createKeyFile, openKeyFile} from '../crypto/key-file.ts';
import {keyFileKey} from '../files/object-keys.ts';
import {findKey, readKeys} from './read-keys.ts';
import type {MasterKey} from '../crypto/master-key.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {LockHolder} from '../lock/lock-file.ts';
import type {OpenRepository} from '../open-repository.ts';

export type NewKey = {
	/** Opens the key the repository was opened with. */
	currentPassword: string;
	newPassword: string;
	/** Whom the new key names as its maker. */
	holder: Pick<LockHolder, 'hostname' | 'username'>;
};

/** Adds a password. Returns the key's ID, when it is durable and proven to open. `lock` may be shared. @throws BadRequest for an empty password; WrongPassword */
export async function addKey(repository: OpenRepository, lock: HeldLock, {currentPassword, newPassword, holder}: NewKey, signal: AbortSignal): Promise<string> {
	const {storage, clock, random} = repository;
	const masterKey = await currentMasterKey(repository, currentPassword, signal);
	const {id, bytes} = await createKeyFile({password: newPassword, masterKey, ...holder, clock, random});
	const writing = AbortSignal.any([signal, lock.signal]);
	await storage.put(keyFileKey(id), bytes, writing, {sha256: id, onlyIfAbsent: true});

	const opened = await openKeyFile(await storage.get(keyFileKey(id), writing), newPassword, keyFileKey(id));
	if (opened?.encrypt.equals(masterKey.encrypt) && opened.macK.equals(masterKey.macK) && opened.macR.equals(masterKey.macR)) return id;
	await storage.remove(keyFileKey(id), writing);
	throw new LazaretteError('Unexpected', `the new key ${id.slice(0, 8)} does not open the repository, and was removed again`, {hint: 'the memory of this machine may be faulty; try again on another'});
}

/** Takes a password away; never the one in use, and so never the last. `idPrefix` is the beginning of the key's ID. `lock` is exclusive. @throws BadRequest */
export async function removeKey(repository: OpenRepository, lock: HeldLock, idPrefix: string, signal: AbortSignal): Promise<string> {
	const {id, inUse} = findKey(await readKeys(repository, signal), idPrefix);
	if (inUse) {
		throw new LazaretteError('BadRequest', `key ${id.slice(0, 8)} is the one in use`, {hint: 'open the repository with another password to remove it, or change the password; nothing was changed', context: {key: id}});
	}
	await lock.confirm(signal);
	await repository.storage.remove(keyFileKey(id), AbortSignal.any([signal, lock.signal]));
	return id;
}

/**
Puts a new password in the place of the one in use; other passwords stay. Returns the new key's ID, which `repository` uses from now on. Cut off in
between, both passwords open the repository. `lock` is exclusive.
*/
export async function changePassword(repository: OpenRepository, lock: HeldLock, change: NewKey, signal: AbortSignal): Promise<string> {
	const old = repository.keyId;
	const id = await addKey(repository, lock, change, signal);
	await lock.confirm(signal);
	repository.keyId = id;
	await repository.storage.remove(keyFileKey(old), AbortSignal.any([signal, lock.signal]));
	return id;
}

/** The open repository can seal and open, but does not show its key; who wants to give it to others proves again that it is theirs. */
async function currentMasterKey({storage, keyId}: OpenRepository, password: string, signal: AbortSignal): Promise<MasterKey> {
	const masterKey = await openKeyFile(await storage.get(keyFileKey(keyId), signal), password, keyFileKey(keyId));
	if (masterKey) return masterKey;
	throw new LazaretteError('WrongPassword', `the password does not open the key ${keyId.slice(0, 8)}, with which the repository was opened`, {hint: 'give the password that is in use; nothing was changed'});
}
