// Rabin fingerprints over GF(2): the digest of the last 64 bytes, taken as a polynomial modulo one of degree 53, decides where a chunk ends.
// The digest at a place depends on nothing but the 64 bytes before it, so four places can be computed at once; one alone would spend
// its time waiting for its own table look-ups.

const WINDOW: i32 = 64;
const LANES: i32 = 4;

/** 256 entries: what the eight bits shifted out at the top come back as, these bits themselves included so that one XOR clears them. */
const reduceTable = memory.data(2048, 8);
/** 256 entries: what a byte contributes at the moment when it leaves the window. */
const leaveTable = memory.data(2048, 8);

export function reduceTableAt(): usize {
	return reduceTable;
}

export function leaveTableAt(): usize {
	return leaveTable;
}

/** The least length in first..last at which a chunk that begins at `input` ends by its digest, or 0. `first` must be more than 64. */
export function scan(input: usize, first: i32, last: i32, mask: u64): i32 {
	const each = (last - first + 1) / LANES;
	if (each < WINDOW) return scanOne(input, first, last, digestAt(input + first - 1), mask);

	const a = input + first - 1;
	const b = a + each;
	const c = b + each;
	const d = c + each;
	let ha = digestAt(a);
	let hb = digestAt(b);
	let hc = digestAt(c);
	let hd = digestAt(d);

	for (let i = 0; i < each; i++) {
		ha = slide(ha, a + i);
		hb = slide(hb, b + i);
		hc = slide(hc, c + i);
		hd = slide(hd, d + i);
		if (i32((ha & mask) === 0) | i32((hb & mask) === 0) | i32((hc & mask) === 0) | i32((hd & mask) === 0)) {
			// Some lane hit. Lanes before it come first in the input and may still hit in what they have left.
			const next = first + i + 1;
			if ((ha & mask) === 0) return next - 1;
			let hit = scanOne(input, next, first + each - 1, ha, mask);
			if (hit) return hit;
			if ((hb & mask) === 0) return next - 1 + each;
			hit = scanOne(input, next + each, first + 2 * each - 1, hb, mask);
			if (hit) return hit;
			if ((hc & mask) === 0) return next - 1 + 2 * each;
			hit = scanOne(input, next + 2 * each, first + 3 * each - 1, hc, mask);
			if (hit) return hit;
			return next - 1 + 3 * each;
		}
	}

	return scanOne(input, first + LANES * each, last, hd, mask);
}

/** As `scan`, one place after the other; `h` is the digest at length first - 1. */
function scanOne(input: usize, first: i32, last: i32, h: u64, mask: u64): i32 {
	for (let length = first; length <= last; length++) {
		h = slide(h, input + length - 1);
		if ((h & mask) === 0) return length;
	}

	return 0;
}

/** The digest of the 64 bytes before `at`. */
function digestAt(at: usize): u64 {
	let h: u64 = 0;
	for (let p = at - WINDOW; p < at; p++) h = ((h << 8) | load<u8>(p)) ^ reduce(h);
	return h;
}

/** Takes in the byte at `at` and lets go of the one 64 before it. */
// @ts-ignore: decorator
@inline
function slide(h: u64, at: usize): u64 {
	return ((h << 8) | load<u8>(at)) ^ reduce(h) ^ load<u64>(leaveTable + (<usize>load<u8>(at - WINDOW) << 3));
}

// @ts-ignore: decorator
@inline
function reduce(h: u64): u64 {
	return load<u64>(reduceTable + (<usize>(h >> 45) << 3));
}
