import test from 'ava';
import fc from 'fast-check';
import {formatPolynomial, generatePolynomial, isIrreducible, modulo, parsePolynomial} from '../../../../src/repository/restic/chunker/polynomial.ts';
import {seededRandom} from '../crypto/_seeded-random.ts';

test('a generated polynomial is irreducible, of degree 53, and survives being written down', t => {
	const random = seededRandom(7);
	const seen = new Set<bigint>();
	for (let i = 0; i < 10; i++) {
		const polynomial = generatePolynomial(random);
		t.is(polynomial.toString(2).length, 54);
		t.true(isIrreducible(polynomial));
		t.is(parsePolynomial(formatPolynomial(polynomial)), polynomial);
		seen.add(polynomial);
	}

	t.is(seen.size, 10);
});

test('irreducibility agrees with trial division for every polynomial up to degree 10', t => {
	for (let polynomial = 2n; polynomial < 2048n; polynomial++) {
		let divisible = false;
		const degree = polynomial.toString(2).length - 1;
		for (let divisor = 2n; divisor.toString(2).length - 1 <= degree / 2 && !divisible; divisor++) divisible = modulo(polynomial, divisor) === 0n;
		t.is(isIrreducible(polynomial), !divisible, polynomial.toString(2));
	}
});

test('a product of two polynomials is never taken for irreducible', t => {
	const factor = fc.bigInt({min: 2n, max: (1n << 30n) - 1n});
	fc.assert(fc.property(factor, factor, (a, b) => t.false(isIrreducible(multiply(a, b)))), {numRuns: 100});
});

test('a config with a polynomial that cannot be the chunker’s is refused', t => {
	t.is(parsePolynomial('3DA3358B4DC173'), 0x3da3358b4dc173n);
	for (const text of ['', '0', '1', 'xyz', '0x3da3358b4dc173', '3da3358b4dc172', '3da3358b4dc175', '13da3358b4dc173', '3', '-3da3358b4dc173', '3da3358b4dc1733da3358b4dc173']) {
		t.throws(() => parsePolynomial(text), {code: 'RepositoryDamaged', message: /chunker_polynomial/}, text);
	}
});

function multiply(a: bigint, b: bigint): bigint {
	let product = 0n;
	for (let bit = 0n; b >> bit > 0n; bit++) if ((b >> bit) & 1n) product ^= a << bit;
	return product;
}
