import {printableBoundaries} from './printable-table.ts';

const boundaries = decode(printableBoundaries);

/** Whether Go prints the code point as it is: letters, marks, numbers, punctuation and symbols of Unicode 15, and the space. */
export function isPrintable(codePoint: number): boolean {
	let low = 0;
	let high = boundaries.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((boundaries[middle] ?? 0) <= codePoint) low = middle + 1;
		else high = middle;
	}

	return low % 2 === 1;
}

function decode(text: string): Uint32Array {
	let last = 0;
	return Uint32Array.from(text.split(' '), difference => (last += Number.parseInt(difference, 36)));
}
