/**
Order of the names that lie in `bytes` (name i from `starts[i]` to `starts[i + 1]`), ascending by their bytes, as indexes. The four bytes behind what all
names begin with decide between most of them: these are sorted as numbers, by the engine's own code. Names that agree in them too, as numbered files do, are
parted by three-way radix quicksort, which reads no byte of theirs twice as a comparing sort would.
*/
export function sortNames(bytes: Uint8Array, starts: Uint32Array, count: number): Uint32Array {
	const order = new Uint32Array(count);
	for (let i = 0; i < count; i++) order[i] = i;
	if (isSorted(bytes, starts, count)) return order;

	const names = {bytes, starts};
	const depth = sharedLength(names, count);
	if (count > largestKeyed) {
		sortRun(names, order, 0, count, depth);
		return order;
	}
	// Upper 32 bits of the 53 that a double holds exactly: four bytes of the name; lower 21: its number.
	const keys = new Float64Array(count);
	for (let i = 0; i < count; i++) keys[i] = keyOf(names, i, depth) * numbers + i;
	keys.sort();

	let runStart = 0;
	let runKey = -1;
	for (let i = 0; i < count; i++) {
		const key = Math.floor(keys[i]! / numbers);
		order[i] = keys[i]! - key * numbers;
		if (key === runKey) continue;
		// A key may end in zero bytes that stand for the end of a name, so that the run is compared from the key's beginning.
		if (i - runStart > 1) sortRun(names, order, runStart, i, depth);
		runStart = i;
		runKey = key;
	}
	if (count - runStart > 1) sortRun(names, order, runStart, count, depth);
	return order;
}

type Names = {bytes: Uint8Array; starts: Uint32Array};

const numbers = 2 ** 21;
const largestKeyed = numbers;
/** By how many bytes of the key a name is too short: by all four of them when all others begin with it. */
const pads = [1, 2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32];

function keyOf({bytes, starts}: Names, name: number, depth: number): number {
	const from = starts[name]! + depth;
	const end = Math.min(starts[name + 1]!, from + 4);
	let key = 0;
	for (let at = from; at < end; at++) key = key * 256 + bytes[at]!;
	return end - from === 4 ? key : key * pads[4 - Math.max(0, end - from)]!;
}

/** How many bytes all names begin with. */
function sharedLength({bytes, starts}: Names, count: number): number {
	const first = starts[0]!;
	let shared = starts[1]! - first;
	for (let name = 1; name < count && shared > 0; name++) {
		const from = starts[name]!;
		const most = Math.min(shared, starts[name + 1]! - from);
		shared = 0;
		while (shared < most && bytes[from + shared] === bytes[first + shared]) shared++;
	}
	return shared;
}

/** Sorts `order[from, to)`, whose names agree in their first `agreed` bytes. */
function sortRun({bytes, starts}: Names, order: Uint32Array, from: number, to: number, agreed: number): void {
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

	const pending = [from, to, agreed];
	while (pending.length > 0) {
		const depth = pending.pop()!;
		const end = pending.pop()!;
		const start = pending.pop()!;
		if (end - start <= fewNames) {
			insertionSort(bytes, starts, order, start, end, depth);
			continue;
		}

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
}

/** For a few names nothing is quicker. */
const fewNames = 12;

function insertionSort(bytes: Uint8Array, starts: Uint32Array, order: Uint32Array, from: number, to: number, agreed: number): void {
	for (let sorted = from + 1; sorted < to; sorted++) {
		const name = order[sorted]!;
		let place = sorted;
		for (; place > from; place--) {
			const before = order[place - 1]!;
			if (compareRanges(bytes, starts[before]! + agreed, starts[before + 1]!, starts[name]! + agreed, starts[name + 1]!) <= 0) break;
			order[place] = before;
		}
		order[place] = name;
	}
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
