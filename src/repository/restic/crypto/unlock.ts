import {createHash} from 'node:crypto';
import {isLazaretteError, LazaretteError} from '../../../base/errors.ts';
import {idOfKey, keyFileKey, prefixes} from '../files/object-keys.ts';
import {isGeneratedPassword} from './generated-password.ts';
import {isCheap} from './key-derivation.ts';
import {openKey, parseKeyFile} from './key-file.ts';
import type {Storage, StoredObject} from '../../../storage/storage.ts';
import type {KeyFile} from './key-file.ts';
import type {MasterKey} from './master-key.ts';

export type Unlocked = {
	masterKey: MasterKey;
	keyId: string;
	/** All keys there were, and those of them that were read and are what their names say. */
	keys: KeysSeen;
};

export type KeysSeen = {listed: readonly string[]; sound: ReadonlySet<string>};

/** Each try costs memory and a tenth of a second or more; restic stops here too. */
const maxTries = 20;

/**
Tries the password on each of the repository's keys, which `listing` names. A generated password most likely opens a key that costs next to nothing to try, so the others wait.
@throws NotARepository when there is none; WrongPassword when none opens; RepositoryDamaged when all are malformed
*/
export async function unlockRepository(storage: Storage, password: string, signal: AbortSignal, listing: AsyncIterable<StoredObject> = storage.list(prefixes.keys, signal)): Promise<Unlocked> {
	const candidates = new Candidates(storage, signal, listing, isGeneratedPassword(password));
	let refused = 0;
	for await (const {key, keyId, file} of candidates.inOrder()) {
		const masterKey = await candidates.passOver(async () => openKey(file, password, key));
		signal.throwIfAborted();
		if (masterKey) return {masterKey, keyId, keys: candidates.seen};
		refused++;
	}

	const {found, damage} = candidates;
	if (found === 0) throw new LazaretteError('NotARepository', `there is no restic repository at ${storage.location}: it holds no key`, {hint: 'check the location and its prefix, or create the repository first'});
	if (refused === 0 && damage) throw damage;
	throw new LazaretteError('WrongPassword', `the password opens none of the ${refused} keys of the repository at ${storage.location}`, {
		hint: found > maxTries ? `only the first ${maxTries} keys were tried; remove keys nobody needs, or give the right password` : 'give the password the repository was created with, or add this one as a further key',
		context: {keys: refused},
	});
}

type Candidate = {key: string; keyId: string; file: KeyFile};

/** The keys worth a try. A malformed one must not hide the good ones beside it. */
class Candidates {
	damage: LazaretteError | undefined;
	readonly #listed: string[] = [];
	readonly #sound = new Set<string>();
	readonly #storage: Storage;
	readonly #signal: AbortSignal;
	readonly #cheapFirst: boolean;
	readonly #listing: AsyncIterable<StoredObject>;

	constructor(storage: Storage, signal: AbortSignal, listing: AsyncIterable<StoredObject>, cheapFirst: boolean) {
		this.#storage = storage;
		this.#signal = signal;
		this.#listing = listing;
		this.#cheapFirst = cheapFirst;
	}

	get found(): number {
		return this.#listed.length;
	}

	get seen(): KeysSeen {
		return {listed: this.#listed, sound: this.#sound};
	}

	async *inOrder(): AsyncGenerator<Candidate> {
		for await (const {key} of this.#listing) {
			const keyId = idOfKey(key);
			if (keyId) this.#listed.push(keyId);
		}
		const later: Candidate[] = [];
		for (const keyId of this.#listed.slice(0, maxTries)) {
			const key = keyFileKey(keyId);
			const file = await this.passOver(async () => this.#read(key, keyId));
			if (!file) continue;
			if (this.#cheapFirst && !isCheap(file.kdf)) later.push({key, keyId, file});
			else yield {key, keyId, file};
		}
		yield* later;
	}

	/** The result of `work`, or undefined when it found a key malformed. */
	async passOver<T>(work: () => Promise<T>): Promise<T | undefined> {
		try {
			return await work();
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
			this.damage ??= error;
			return undefined;
		}
	}

	async #read(key: string, keyId: string): Promise<KeyFile> {
		const bytes = await this.#storage.get(key, this.#signal);
		if (createHash('sha256').update(bytes).digest('hex') !== keyId) throw new LazaretteError('RepositoryDamaged', `${key} is not what it was when it was written: its hash does not match its name`, {context: {object: key}});
		this.#sound.add(keyId);
		return parseKeyFile(bytes, key);
	}
}
