/** Reads 64 lowercase hex digits at `text` into 32 bytes at `out`; false, with anything in `out`, when they are something else. */
export function readId(text: usize, out: usize): bool {
	return readHalf(text, out) && readHalf(text + 32, out + 16);
}

/** 32 digits, 16 at a time. */
// @ts-ignore: decorator
@inline
function readHalf(text: usize, out: usize): bool {
	const first = v128.load(text);
	const second = v128.load(text, 16);
	const firstDigit = i8x16.sub(first, i8x16.splat(0x30));
	const secondDigit = i8x16.sub(second, i8x16.splat(0x30));
	const firstLetter = i8x16.sub(first, i8x16.splat(0x61));
	const secondLetter = i8x16.sub(second, i8x16.splat(0x61));
	const firstIsDigit = i8x16.lt_u(firstDigit, i8x16.splat(10));
	const secondIsDigit = i8x16.lt_u(secondDigit, i8x16.splat(10));
	const valid = v128.and(v128.or(firstIsDigit, i8x16.lt_u(firstLetter, i8x16.splat(6))), v128.or(secondIsDigit, i8x16.lt_u(secondLetter, i8x16.splat(6))));
	if (!i8x16.all_true(valid)) return false;
	const firstValue = v128.bitselect(firstDigit, i8x16.add(firstLetter, i8x16.splat(10)), firstIsDigit);
	const secondValue = v128.bitselect(secondDigit, i8x16.add(secondLetter, i8x16.splat(10)), secondIsDigit);
	v128.store(out, i8x16.narrow_i16x8_u(joined(firstValue), joined(secondValue)));
	return true;
}

/** Of each two values the byte that they are, in 16 bits. */
// @ts-ignore: decorator
@inline
function joined(values: v128): v128 {
	return v128.or(i16x8.shl(v128.and(values, i16x8.splat(0xff)), 4), i16x8.shr_u(values, 8));
}
