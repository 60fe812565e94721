/**
Order of the names that lie in `bytes` (name i from `starts[i]` to `starts[i + 1]`), ascending by their bytes, as indexes.
Three-way radix quicksort: names of one directory share long prefixes, which a comparing sort would read again and again.
*/
export function sortNames(bytes: Uint8Array, starts: Uint32Array, count: number): Uint32Array {
	const order = new Uint32Array(count);
	for (let i = 0; i < count; i++) order[i] = i;
	if (isSorted(bytes, starts, count)) return order;

	const byteAt = (place: number, depth: number): number => {
		const name = order[place]!;
		const at = starts[name]! + depth;
		return at < starts[name + 1]! ? bytes[at]! : -1;
	};
	const swap = (a: number, b: number): void => {
		const kept = order[a]!;
		order[a] = order[b]!;
		order[b] = kept;
	};

	const pending = [0, count, 0];
	while (pending.length > 0) {
		const depth = pending.pop()!;
		const end = pending.pop()!;
		const start = pending.pop()!;
		if (end - start < 2) continue;

		const pivot = byteAt(start + ((end - start) >> 1), depth);
		let less = start;
		let more = end;
		for (let i = start; i < more; ) {
			const byte = byteAt(i, depth);
			if (byte < pivot) swap(less++, i++);
			else if (byte > pivot) swap(i, --more);
			else i++;
		}
		pending.push(start, less, depth, more, end, depth);
		if (pivot >= 0) pending.push(less, more, depth + 1);
	}
	return order;
}

function isSorted(bytes: Uint8Array, starts: Uint32Array, count: number): boolean {
	for (let i = 1; i < count; i++) {
		if (compareRanges(bytes, starts[i - 1]!, starts[i]!, starts[i]!, starts[i + 1]!) > 0) return false;
	}
	return true;
}

function compareRanges(bytes: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): number {
	const shared = Math.min(aEnd - aStart, bEnd - bStart);
	for (let i = 0; i < shared; i++) {
		const difference = bytes[aStart + i]! - bytes[bStart + i]!;
		if (difference !== 0) return difference;
	}
	return aEnd - aStart - (bEnd - bStart);
}
