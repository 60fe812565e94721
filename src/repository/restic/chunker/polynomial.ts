import {LazaretteError} from '../../../base/errors.ts';
import type {Random} from '../../../base/random.ts';

// Polynomials over GF(2) as bigints: bit i is the coefficient of x^i.

/** The largest prime that leaves room for a byte in 64 bits. */
const degree = 53;

/** A random irreducible polynomial of degree 53: the secret that decides where a repository's files are cut. */
export function generatePolynomial(random: Random): bigint {
	for (;;) {
		const bits = BigInt.asUintN(degree + 1, random.bytes(8).readBigUInt64LE());
		// Without the constant term x would divide it.
		const candidate = bits | (1n << BigInt(degree)) | 1n;
		if (isIrreducible(candidate)) return candidate;
	}
}

/** Lowercase hex without prefix, as in the repository's config. @throws RepositoryDamaged when it is no irreducible polynomial of degree 53 */
export function parsePolynomial(hex: string): bigint {
	const polynomial = /^[0-9a-fA-F]{1,16}$/.test(hex) ? BigInt(`0x${hex}`) : 0n;
	if (degreeOf(polynomial) === degree && isIrreducible(polynomial)) return polynomial;
	throw new LazaretteError('RepositoryDamaged', `the repository config has chunker_polynomial ${JSON.stringify(hex.slice(0, 40))}, which is no irreducible polynomial of degree ${degree}`, {
		hint: 'files would be cut differently from those stored so far; restore the config from a copy',
	});
}

export const formatPolynomial = (polynomial: bigint): string => polynomial.toString(16);

/** Ben-Or's test: a polynomial of degree n is irreducible when it has no factor in common with x^(2^i) - x for any i up to n/2. */
export function isIrreducible(polynomial: bigint): boolean {
	let power = 2n;
	for (let i = 1; i <= degreeOf(polynomial) / 2; i++) {
		power = modulo(square(power), polynomial);
		if (greatestCommonDivisor(polynomial, power ^ 2n) !== 1n) return false;
	}

	return degreeOf(polynomial) > 0;
}

export function modulo(value: bigint, divisor: bigint): bigint {
	const size = degreeOf(divisor);
	for (let excess = degreeOf(value) - size; excess >= 0; excess = degreeOf(value) - size) value ^= divisor << BigInt(excess);
	return value;
}

/** -1 for the zero polynomial. */
function degreeOf(polynomial: bigint): number {
	const hex = polynomial.toString(16);
	return hex.length * 4 - 1 - (Math.clz32(Number.parseInt(hex[0]!, 16)) - 28);
}

/** Squaring over GF(2) only spreads the coefficients: (a + b)² = a² + b². */
const square = (polynomial: bigint): bigint => BigInt(`0b${polynomial.toString(2).split('').join('0')}`);

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
	while (b !== 0n) [a, b] = [b, modulo(a, b)];
	return a;
}
