import {scrypt} from 'node:crypto';
import {isGeneratedPassword} from './generated-password.ts';

/** scrypt's cost: a table of N entries of 128·r bytes, p times over. */
export type KeyDerivation = {N: number; r: number; p: number};

/** For passwords that people think up: 32 MiB and about 0.1 s for each guess, and for each run. */
export const strongKdf: KeyDerivation = {N: 2 ** 15, r: 8, p: 1};

/**
For generated passwords: 1 MiB and 3 ms. 256 random bits need no protection from guessing, and every mover pays the derivation in memory and time.
restic, which accepts any power of two, opens such keys like its own.
*/
export const cheapKdf: KeyDerivation = {N: 2 ** 10, r: 8, p: 1};

/** What a new key for this password is derived with. */
export const kdfFor = (password: string): KeyDerivation => (isGeneratedPassword(password) ? cheapKdf : strongKdf);

/** Whether a try costs next to nothing. */
export const isCheap = ({N, r, p}: KeyDerivation): boolean => N * r * p <= cheapKdf.N * cheapKdf.r * cheapKdf.p;

// Who can write to the store could otherwise make every reader allocate or compute without end. restic's own keys need 32 to 64 MiB and N·r·p of
// about 2^21, rustic's 128 MiB.
const maxMemory = 256 * 1024 * 1024;
const maxWork = 2 ** 25;

/** Why these parameters are refused, or undefined. */
export function kdfProblem({N, r, p}: KeyDerivation): string | undefined {
	const names = `scrypt parameters N=${N} r=${r} p=${p}`;
	if (![N, r, p].every(value => Number.isInteger(value) && value > 0) || N < 2 || !Number.isInteger(Math.log2(N))) return `has ${names}; N must be a power of two, all of them positive`;
	if (128 * r * (N + p) > maxMemory) return `has ${names}, which need ${Math.round((128 * r * (N + p)) / 1024 / 1024)} MiB; at most ${maxMemory / 1024 / 1024} are accepted`;
	if (N * r * p > maxWork) return `has ${names}, which cost ${Math.round((N * r * p) / 2 ** 21)} times what restic takes; at most ${maxWork / 2 ** 21} times are accepted`;
	return undefined;
}

/** 64 bytes: the three parts of a key as `masterKeyFromBytes` takes them. Runs on a thread of the pool. */
export async function deriveKey(password: string, salt: Buffer, {N, r, p}: KeyDerivation): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		// Node's own limit of 32 MiB is below what every repository needs.
		const maxmem = 128 * r * (N + p + 2) + 1024 * 1024;
		scrypt(password, salt, 64, {N, r, p, maxmem}, (error, key) => {
			if (error) reject(error);
			else resolve(key);
		});
	});
}
