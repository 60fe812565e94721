/** Below it, the call costs more than it saves. */
const leastBytes = 1024;

/**
As `into.set(from, at)`, for memory that threads share. There V8 copies in a way that stays defined while others write; where the two do not lie alike within a word that is byte by byte, at a
twentieth of the speed. `fill` with bytes of the same length is the system's own copy.
*/
export function copyShared(into: Uint8Array, from: Uint8Array, at = 0): void {
	if (from.length < leastBytes || at + from.length > into.length) into.set(from, at);
	else Buffer.from(into.buffer, into.byteOffset + at, from.length).fill(from);
}
