// Where a chunk ends, in two stages that both look at the bytes before a place and at nothing else. The first is a multiplicative hash of 16 bytes,
// cheap enough to be computed at every place, for four places at once: one in 1024 passes. There the second, of 64 bytes, decides: again one in 1024.
// Both let pass what is largest, so that zeros, whose hashes are zero, never end a chunk. Of fewer bytes than 16, logs and tables repeat the same
// few over and over, and many a chunk would find no end of its own.

const PASS: u32 = 1023;
const FIRST_BYTES: usize = 16;
const FIRST_SHIFT: u32 = 22;
const SECOND_BYTES: usize = 64;
const SECOND_SHIFT: u64 = 54;

/** Odd factors: four of 32 bits for the first stage, eight of 64 bits for the second. */
const factors = memory.data(80, 16);

export function factorsAt(): usize {
	return factors;
}

/** The least length in first..last at which a chunk that begins at `input` ends by its content, or 0. `first` must be at least 64. */
export function scan(input: usize, first: i32, last: i32): i32 {
	const a = i32x4.splat(load<i32>(factors));
	const b = i32x4.splat(load<i32>(factors, 4));
	const c = i32x4.splat(load<i32>(factors, 8));
	const d = i32x4.splat(load<i32>(factors, 12));
	const least = i32x4.splat(<i32>(PASS << FIRST_SHIFT));

	let length = first;
	for (; length + 31 <= last; length += 32) {
		const at = input + length - FIRST_BYTES;
		const largest = i32x4.max_u(largestOf16(at, a, b, c, d), largestOf16(at + 16, a, b, c, d));
		if (v128.any_true(i32x4.ge_u(largest, least))) {
			for (let place = length; place < length + 32; place++) if (endsAt(input + place)) return place;
		}
	}

	for (; length <= last; length++) if (endsAt(input + length)) return length;
	return 0;
}

/** Per lane, the largest first-stage hash of the four places it stands for; the first of the 16 places has its bytes at `at`. */
// @ts-ignore: decorator
@inline
function largestOf16(at: usize, a: v128, b: v128, c: v128, d: v128): v128 {
	return i32x4.max_u(i32x4.max_u(hashesOf4(at, a, b, c, d), hashesOf4(at + 1, a, b, c, d)), i32x4.max_u(hashesOf4(at + 2, a, b, c, d), hashesOf4(at + 3, a, b, c, d)));
}

/** The places with their bytes at `at`, `at` + 4, `at` + 8 and `at` + 12. */
// @ts-ignore: decorator
@inline
function hashesOf4(at: usize, a: v128, b: v128, c: v128, d: v128): v128 {
	const front = i32x4.add(i32x4.mul(v128.load(at), a), i32x4.mul(v128.load(at, 4), b));
	return i32x4.add(front, i32x4.add(i32x4.mul(v128.load(at, 8), c), i32x4.mul(v128.load(at, 12), d)));
}

/** Whether a chunk ends before `at`. */
function endsAt(at: usize): bool {
	let hash: u32 = 0;
	for (let word: usize = 0; word < FIRST_BYTES; word += 4) hash += load<u32>(at - FIRST_BYTES + word) * load<u32>(factors + word);
	if (hash >> FIRST_SHIFT !== PASS) return false;

	let sum: u64 = 0;
	for (let word: usize = 0; word < SECOND_BYTES; word += 8) sum += load<u64>(at - SECOND_BYTES + word) * load<u64>(factors + FIRST_BYTES + word);
	return sum >> SECOND_SHIFT === <u64>PASS;
}
