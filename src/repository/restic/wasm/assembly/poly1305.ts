// Poly1305 (D. J. Bernstein, "The Poly1305-AES message-authentication code", 2005): a 128-bit tag of a message under a 32-byte
// one-time key r ‖ s. The accumulator h is a number modulo 2^130 - 5 in five limbs of 26 bits, so that 25 products of limbs and
// their sums fit 64 bits. Since 2^130 ≡ 5, what leaves the top limb comes back at the bottom times 5.

const MASK: u64 = 0x3ffffff;
/** Bit 128, which every whole block of 16 bytes carries, in the top limb. */
const TOP_BIT: u64 = 1 << 24;

const keyAt = memory.data(32);
const tagAt = memory.data(16);
/** Bytes of a block that `update` has not got whole yet. */
const partialAt = memory.data(16);
let partialLength: u32 = 0;

let h0: u64 = 0;
let h1: u64 = 0;
let h2: u64 = 0;
let h3: u64 = 0;
let h4: u64 = 0;

// r, and r²: two blocks at a time need half the carries, and their products do not wait for each other.
let r0: u64 = 0;
let r1: u64 = 0;
let r2: u64 = 0;
let r3: u64 = 0;
let r4: u64 = 0;
let q0: u64 = 0;
let q1: u64 = 0;
let q2: u64 = 0;
let q3: u64 = 0;
let q4: u64 = 0;

/** Where the 32-byte key is put before `begin`. */
export function key(): usize {
	return keyAt;
}

/** Where `finish` leaves the 16-byte tag. */
export function tag(): usize {
	return tagAt;
}

export function begin(): void {
	const low = load<u64>(keyAt) & 0x0ffffffc0fffffff;
	const high = load<u64>(keyAt, 8) & 0x0ffffffc0ffffffc;
	r0 = low & MASK;
	r1 = (low >> 26) & MASK;
	r2 = ((low >> 52) | (high << 12)) & MASK;
	r3 = (high >> 14) & MASK;
	r4 = high >> 40;

	h0 = r0;
	h1 = r1;
	h2 = r2;
	h3 = r3;
	h4 = r4;
	timesR();
	q0 = h0;
	q1 = h1;
	q2 = h2;
	q3 = h3;
	q4 = h4;

	h0 = 0;
	h1 = 0;
	h2 = 0;
	h3 = 0;
	h4 = 0;
	partialLength = 0;
}

/** Takes the next `length` bytes of the message at `at`. */
export function update(at: usize, length: u32): void {
	const end = at + length;
	if (partialLength > 0) {
		const taken = min<u32>(16 - partialLength, length);
		memory.copy(partialAt + partialLength, at, taken);
		partialLength += taken;
		at += taken;
		if (partialLength < 16) return;
		block(partialAt, TOP_BIT);
		partialLength = 0;
	}

	const pairs = at + ((end - at) & ~31);
	blockPairs(at, pairs);
	at = pairs;
	if (end - at >= 16) {
		block(at, TOP_BIT);
		at += 16;
	}

	partialLength = <u32>(end - at);
	memory.copy(partialAt, at, partialLength);
}

export function finish(): void {
	if (partialLength > 0) {
		// A short last block carries its 1 bit directly after its last byte, and zeros up to 16.
		store<u8>(partialAt + partialLength, 1);
		memory.fill(partialAt + partialLength + 1, 0, 15 - partialLength);
		block(partialAt, 0);
		partialLength = 0;
	}

	carry();
	carry();

	// h - (2^130 - 5), kept when it does not borrow; without a branch, so that time tells nothing.
	let g0 = h0 + 5;
	let g1 = h1 + (g0 >> 26);
	let g2 = h2 + (g1 >> 26);
	let g3 = h3 + (g2 >> 26);
	const g4 = h4 + (g3 >> 26) - (1 << 26);
	g0 &= MASK;
	g1 &= MASK;
	g2 &= MASK;
	g3 &= MASK;
	const keepH: u64 = 0 - (g4 >> 63);
	const f0 = (h0 & keepH) | (g0 & ~keepH);
	const f1 = (h1 & keepH) | (g1 & ~keepH);
	const f2 = (h2 & keepH) | (g2 & ~keepH);
	const f3 = (h3 & keepH) | (g3 & ~keepH);
	const f4 = (h4 & keepH) | (g4 & ~keepH);

	// tag = (h + s) mod 2^128
	const low = f0 | (f1 << 26) | (f2 << 52);
	const high = (f2 >> 12) | (f3 << 14) | (f4 << 40);
	const tagLow = low + load<u64>(keyAt, 16);
	const tagHigh = high + load<u64>(keyAt, 24) + u64(tagLow < low);
	store<u64>(tagAt, tagLow);
	store<u64>(tagAt, tagHigh, 8);
}

/** h = (h + block) · r */
function block(at: usize, topBit: u64): void {
	const low = load<u64>(at);
	const high = load<u64>(at, 8);
	h0 += low & MASK;
	h1 += (low >> 26) & MASK;
	h2 += ((low >> 52) | (high << 12)) & MASK;
	h3 += (high >> 14) & MASK;
	h4 += (high >> 40) | topBit;
	timesR();
}

function timesR(): void {
	const s1 = r1 * 5;
	const s2 = r2 * 5;
	const s3 = r3 * 5;
	const s4 = r4 * 5;
	const d0 = h0 * r0 + h1 * s4 + h2 * s3 + h3 * s2 + h4 * s1;
	const d1 = h0 * r1 + h1 * r0 + h2 * s4 + h3 * s3 + h4 * s2;
	const d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s4 + h4 * s3;
	const d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s4;
	const d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0;
	h0 = d0;
	h1 = d1;
	h2 = d2;
	h3 = d3;
	h4 = d4;
	carry();
}

/** Brings every limb back to 26 bits, h1 to slightly more. */
function carry(): void {
	h1 += h0 >> 26;
	h0 &= MASK;
	h2 += h1 >> 26;
	h1 &= MASK;
	h3 += h2 >> 26;
	h2 &= MASK;
	h4 += h3 >> 26;
	h3 &= MASK;
	h0 += (h4 >> 26) * 5;
	h4 &= MASK;
	h1 += h0 >> 26;
	h0 &= MASK;
}

/** h = (h + first) · r² + second · r for each pair of blocks from `at` up to `end`. */
function blockPairs(at: usize, end: usize): void {
	// Locals, since the engine keeps those in registers.
	const a1 = r0, b1 = r1, c1 = r2, d1 = r3, e1 = r4;
	const b5 = r1 * 5, c5 = r2 * 5, d5 = r3 * 5, e5 = r4 * 5;
	const aa = q0, bb = q1, cc = q2, dd = q3, ee = q4;
	const bb5 = q1 * 5, cc5 = q2 * 5, dd5 = q3 * 5, ee5 = q4 * 5;
	let x0 = h0, x1 = h1, x2 = h2, x3 = h3, x4 = h4;

	while (at < end) {
		let low = load<u64>(at);
		let high = load<u64>(at, 8);
		x0 += low & MASK;
		x1 += (low >> 26) & MASK;
		x2 += ((low >> 52) | (high << 12)) & MASK;
		x3 += (high >> 14) & MASK;
		x4 += (high >> 40) | TOP_BIT;

		low = load<u64>(at, 16);
		high = load<u64>(at, 24);
		const y0 = low & MASK;
		const y1 = (low >> 26) & MASK;
		const y2 = ((low >> 52) | (high << 12)) & MASK;
		const y3 = (high >> 14) & MASK;
		const y4 = (high >> 40) | TOP_BIT;

		const p0 = x0 * aa + x1 * ee5 + x2 * dd5 + x3 * cc5 + x4 * bb5 + y0 * a1 + y1 * e5 + y2 * d5 + y3 * c5 + y4 * b5;
		let p1 = x0 * bb + x1 * aa + x2 * ee5 + x3 * dd5 + x4 * cc5 + y0 * b1 + y1 * a1 + y2 * e5 + y3 * d5 + y4 * c5;
		let p2 = x0 * cc + x1 * bb + x2 * aa + x3 * ee5 + x4 * dd5 + y0 * c1 + y1 * b1 + y2 * a1 + y3 * e5 + y4 * d5;
		let p3 = x0 * dd + x1 * cc + x2 * bb + x3 * aa + x4 * ee5 + y0 * d1 + y1 * c1 + y2 * b1 + y3 * a1 + y4 * e5;
		let p4 = x0 * ee + x1 * dd + x2 * cc + x3 * bb + x4 * aa + y0 * e1 + y1 * d1 + y2 * c1 + y3 * b1 + y4 * a1;

		p1 += p0 >> 26;
		p2 += p1 >> 26;
		p3 += p2 >> 26;
		p4 += p3 >> 26;
		x0 = (p0 & MASK) + (p4 >> 26) * 5;
		x1 = (p1 & MASK) + (x0 >> 26);
		x0 &= MASK;
		x2 = p2 & MASK;
		x3 = p3 & MASK;
		x4 = p4 & MASK;
		at += 32;
	}

	h0 = x0;
	h1 = x1;
	h2 = x2;
	h3 = x3;
	h4 = x4;
}
