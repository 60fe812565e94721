import {basename, dirname} from 'node:path';
import {moverPaths} from '../../api/v1alpha1/mover-contract.ts';
import {isLazaretteError, LazaretteError} from '../../base/errors.ts';
import {openResticRepository} from '../../repository/restic/restic-repository.ts';
import type {OpenResticRepository, ResticRepository} from '../../repository/restic/restic-repository.ts';
import {readOptionalFile} from '../read-secret.ts';

export type Adopted = {repository: ResticRepository; /** Key of the password before; absent when that opens nothing, or the same. */ previousKeyId?: string; added: boolean};

/**
Opens a repository whose password has changed. Where the new one opens nothing yet and the one before does, the new one is added, and proven by
opening the repository with it. Nothing is taken away here: both open the repository afterwards.
@throws WrongPassword when neither opens it
*/
export async function adoptPassword(options: OpenResticRepository, previous: string | undefined): Promise<Adopted> {
	try {
		const repository = await openResticRepository(options);
		return {repository, added: false, ...(await previousKey(options, previous, repository.keyId))};
	} catch (error) {
		if (!isLazaretteError(error, 'WrongPassword') || previous === undefined) throw error;
		return await addPassword(options, previous, error);
	}
}

export const readPreviousPassword = async (path: string = moverPaths.previousPassword): Promise<string | undefined> => (await readOptionalFile(dirname(path), basename(path))) || undefined;

async function addPassword(options: OpenResticRepository, previous: string, refused: LazaretteError): Promise<Adopted> {
	const before = await openBefore(options, previous);
	if (!before) throw new LazaretteError('WrongPassword', `neither the password nor the one before it opens a key of the repository at ${options.storage.location}`, {hint: 'check passwordSecretRef and previousPasswordSecretRef; nothing was changed', cause: refused});
	try {
		await before.addKey(options.password, options.signal);
	} finally {
		await before.close();
	}

	return {repository: await openResticRepository(options), previousKeyId: before.keyId, added: true};
}

async function previousKey(options: OpenResticRepository, previous: string | undefined, keyId: string): Promise<{previousKeyId?: string}> {
	if (previous === undefined || previous === options.password) return {};
	const before = await openBefore(options, previous);
	await before?.close();
	return before && before.keyId !== keyId ? {previousKeyId: before.keyId} : {};
}

async function openBefore(options: OpenResticRepository, password: string): Promise<ResticRepository | undefined> {
	try {
		return await openResticRepository({...options, password});
	} catch (error) {
		if (isLazaretteError(error, 'WrongPassword')) return undefined;
		throw error;
	}
}
