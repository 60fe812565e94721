import {modulo} from './polynomial.ts';

export type RabinTables = {
	/** For each byte shifted out above bit 52: what it leaves behind, itself included so that one XOR also clears it. */
	reduce: BigUint64Array;
	/** For each byte: what it contributes one step after 63 others have followed it, that is when it leaves the window. */
	leave: BigUint64Array;
};

const windowSize = 64;

/** Both maps are linear over GF(2), so eight values each determine the other 248. */
export function rabinTables(polynomial: bigint): RabinTables {
	const reduce = linearTable(bit => modulo(bit << 53n, polynomial) | (bit << 53n));
	const leave = linearTable(bit => {
		let digest = bit;
		for (let step = 1; step < windowSize; step++) digest = modulo(digest << 8n, polynomial);
		return (digest << 8n) ^ (reduce[Number(digest >> 45n)] ?? 0n);
	});
	return {reduce, leave};
}

function linearTable(ofBit: (bit: bigint) => bigint): BigUint64Array {
	const table = new BigUint64Array(256);
	for (let value = 1; value < 256; value++) {
		const lowest = value & -value;
		table[value] = value === lowest ? ofBit(BigInt(value)) : (table[lowest] ?? 0n) ^ (table[value ^ lowest] ?? 0n);
	}

	return table;
}
