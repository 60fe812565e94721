import {LazaretteError} from '../../../base/errors.ts';
import type {Random} from '../../../base/random.ts';

/** The secret every object of a repository is sealed with; each key file holds a copy of it under one password. */
export type MasterKey = {
	/** AES-256, 32 bytes. */
	encrypt: Buffer;
	/** Poly1305-AES: the AES-128 key `k`, 16 bytes. */
	macK: Buffer;
	/** Poly1305-AES: `r`, 16 bytes, unclamped. */
	macR: Buffer;
};

export const generateMasterKey = (random: Random): MasterKey => ({encrypt: random.bytes(32), macK: random.bytes(16), macR: random.bytes(16)});

/** 64 bytes as scrypt derives them: encrypt ‖ k ‖ r. */
export const masterKeyFromBytes = (bytes: Buffer): MasterKey => ({
	encrypt: bytes.subarray(0, 32),
	macK: bytes.subarray(32, 48),
	macR: bytes.subarray(48, 64),
});

/** The JSON inside a key file's `data`. */
export const encodeMasterKey = (key: MasterKey): Buffer =>
	Buffer.from(JSON.stringify({mac: {k: key.macK.toString('base64'), r: key.macR.toString('base64')}, encrypt: key.encrypt.toString('base64')}));

/** @throws RepositoryDamaged naming `what` and the member that is wrong; never its value */
export function decodeMasterKey(json: Buffer, what: string): MasterKey {
	let value: {mac?: {k?: unknown; r?: unknown}; encrypt?: unknown} | null;
	try {
		value = JSON.parse(json.toString('utf8')) as typeof value;
	} catch {
		// The parser's message quotes its input, which is the key: it must not become the cause.
		throw new LazaretteError('RepositoryDamaged', `the master key in ${what} is not JSON`);
	}

	const member = (name: string, text: unknown, length: number): Buffer => {
		const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
		if (bytes?.length !== length) throw new LazaretteError('RepositoryDamaged', `the master key in ${what} has no ${name} of ${length} bytes`);
		return bytes;
	};

	return {
		encrypt: member('encrypt', value?.encrypt, 32),
		macK: member('mac.k', value?.mac?.k, 16),
		macR: member('mac.r', value?.mac?.r, 16),
	};
}
