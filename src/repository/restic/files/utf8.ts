/**
The code point that begins at `at`, or -1 when the bytes there are no UTF-8 (overlong, surrogate, beyond U+10FFFF or cut short); such a byte stands
for itself alone, as in Go.
*/
export function runeAt(bytes: Uint8Array, at: number): number {
	const first = bytes[at] ?? 0;
	if (first < 0x80) return first;
	if (first < 0xc2 || first > 0xf4) return -1;
	const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	let rune = first & (0xff >> (length + 1));
	for (let i = 1; i < length; i++) {
		const next = bytes[at + i] ?? 0;
		if ((next & 0xc0) !== 0x80) return -1;
		rune = (rune << 6) | (next & 0x3f);
	}

	const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
	return rune < least || rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff) ? -1 : rune;
}

/** Bytes that `runeAt` has read for this result. */
export const runeLength = (rune: number): number => (rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4);
