/** IDs are SHA-256 hashes: 32 raw bytes in memory and in packs, 64 lowercase hex digits in JSON and in object names. */
export const idLength = 32;

export const idToHex = (bytes: Uint8Array, at = 0): string => Buffer.from(bytes.buffer, bytes.byteOffset + at, idLength).toString('hex');

/** `hex` must be 64 hex digits. */
export const idFromHex = (hex: string): Buffer => Buffer.from(hex, 'hex');

const invalid = 0xff;
const nibbles = new Uint8Array(256).fill(invalid);
for (let value = 0; value < 16; value++) nibbles[value.toString(16).charCodeAt(0)] = value;

/** Reads 64 lowercase hex digits from [from, to) into `out` at `at`; false when they are anything else. */
export function parseId(text: Uint8Array, from: number, to: number, out: Uint8Array, at: number): boolean {
	if (to - from !== 2 * idLength) return false;
	let bad = 0;
	for (let index = 0; index < idLength; index++) {
		const high = nibbles[text[from + 2 * index]!]!;
		const low = nibbles[text[from + 2 * index + 1]!]!;
		bad |= (high | low) & 0xf0;
		out[at + index] = (high << 4) | low;
	}
	return bad === 0;
}

export function sameId(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): boolean {
	for (let index = 0; index < idLength; index++) if (a[aAt + index] !== b[bAt + index]) return false;
	return true;
}
