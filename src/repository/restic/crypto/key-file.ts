import {createHash} from 'node:crypto';
import {LazaretteError} from '../../../base/errors.ts';
import {goJson} from '../files/go-json.ts';
import {formatGoDate} from '../files/go-time.ts';
import {deriveKey, kdfFor, kdfProblem} from './key-derivation.ts';
import {decodeMasterKey, encodeMasterKey, masterKeyFromBytes} from './master-key.ts';
import {Sealer} from './sealer.ts';
import type {Clock} from '../../../base/clock.ts';
import type {Random} from '../../../base/random.ts';
import type {KeyDerivation} from './key-derivation.ts';
import type {MasterKey} from './master-key.ts';

export type NewKeyFile = {
	password: string;
	masterKey: MasterKey;
	/** What suits the password unless given. */
	kdf?: KeyDerivation;
	hostname: string;
	username: string;
	clock: Clock;
	random: Random;
};

/** restic refuses a salt of any other length. */
const saltLength = 64;

/** The master key under a password. `id` is the object's name below `keys/`: the SHA-256 of `bytes`. */
export async function createKeyFile(options: NewKeyFile): Promise<{id: string; bytes: Buffer}> {
	const {password, masterKey, hostname, username, clock, random, kdf = kdfFor(options.password)} = options;
	if (password === '') throw new LazaretteError('BadRequest', 'the repository password is empty', {hint: 'set a password of at least one character'});

	const salt = random.bytes(saltLength);
	const sealer = new Sealer(masterKeyFromBytes(await deriveKey(password, salt, kdf)), random);
	const data = sealer.seal(encodeMasterKey(masterKey));
	const {N, r, p} = kdf;
	const members = {created: formatGoDate(clock.now()), username, hostname, kdf: 'scrypt', N, r, p, salt: salt.toString('base64'), data: data.toString('base64')};
	const bytes = Buffer.from(goJson(members));
	return {id: createHash('sha256').update(bytes).digest('hex'), bytes};
}

/**
Undefined when `password` is not this key's. The derivation runs off the event loop.
@throws RepositoryDamaged when the file is malformed or asks for more memory or work than any writer does; `what` names it
*/
export async function openKeyFile(bytes: Uint8Array, password: string, what = 'the key file'): Promise<MasterKey | undefined> {
	return openKey(parseKeyFile(bytes, what), password, what);
}

/** As `openKeyFile`, when the file has been read. */
export async function openKey({kdf, salt, data}: KeyFile, password: string, what: string): Promise<MasterKey | undefined> {
	const sealer = new Sealer(masterKeyFromBytes(await deriveKey(password, salt, kdf)), noRandom);
	const json = sealer.tryOpen(data);
	return json && decodeMasterKey(json, what);
}

export type KeyFile = {kdf: KeyDerivation; salt: Buffer; data: Buffer};

/** @throws RepositoryDamaged */
export function parseKeyFile(bytes: Uint8Array, what: string): KeyFile {
	let file: Record<string, unknown> | null;
	try {
		file = JSON.parse(Buffer.from(bytes).toString('utf8')) as typeof file;
	} catch (error) {
		throw damaged(what, 'is not JSON', error);
	}

	if (file?.kdf !== 'scrypt') throw damaged(what, 'names no key derivation but scrypt may be used');
	const kdf = {N: Number(file.N), r: Number(file.r), p: Number(file.p)};
	const problem = kdfProblem(kdf);
	if (problem) throw damaged(what, problem);
	const salt = base64(file.salt);
	const data = base64(file.data);
	if (salt?.length !== saltLength) throw damaged(what, `has no salt of ${saltLength} bytes`);
	if (!data || data.length <= Sealer.overhead) throw damaged(what, 'has no data');
	return {kdf, salt, data};
}

const base64 = (value: unknown): Buffer | undefined => (typeof value === 'string' ? Buffer.from(value, 'base64') : undefined);

const damaged = (what: string, problem: string, cause?: unknown): LazaretteError =>
	new LazaretteError('RepositoryDamaged', `${what} ${problem}`, {hint: 'restore the file from a copy of the repository; other keys of the repository are not affected', context: {object: what}, cause});

/** For opening only: nothing is ever sealed under a derived key but the key file itself. */
const noRandom: Random = {
	bytes: () => {
		throw new LazaretteError('Unexpected', 'a key that opens a key file does not seal');
	},
	fraction: () => 0,
};
