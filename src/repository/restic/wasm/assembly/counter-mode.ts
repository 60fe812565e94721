// What AES-CTR needs beside AES itself: the counter blocks, and the exclusive-or with the keystream.

/** Writes `blocks` big-endian 128-bit counters, beginning with the 16 bytes at `iv`, to `to`. */
export function counters(to: usize, iv: usize, blocks: u32): void {
	let high = bswap<u64>(load<u64>(iv));
	let low = bswap<u64>(load<u64>(iv, 8));
	for (const end = to + blocks * 16; to < end; to += 16) {
		store<u64>(to, bswap<u64>(high));
		store<u64>(to, bswap<u64>(low), 8);
		low += 1;
		high += u64(low === 0);
	}
}

/** data ^= keystream; both regions may be overrun up to the next multiple of 16 bytes. */
export function xor(data: usize, keystream: usize, length: u32): void {
	for (const end = data + length; data < end; data += 16, keystream += 16) v128.store(data, v128.xor(v128.load(data), v128.load(keystream)));
}
