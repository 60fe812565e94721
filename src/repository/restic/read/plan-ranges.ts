/** A part of a pack: bytes [offset, offset + length). */
export type Part = {offset: number; length: number};

/** One request: the parts with these numbers, in the order of their offsets, lie in bytes [offset, offset + length). */
export type PlannedRange = {offset: number; length: number; parts: number[]};

export type RangeLimits = {
	/** A range is no longer than this unless a single part is. */
	maxBytes: number;
	/** Bytes that nobody wants are fetched along, rather than asking twice, up to this many in a row. */
	maxGap: number;
};

/** Joins parts of one pack to as few requests as the limits allow. */
export function planRanges(parts: Part[], {maxBytes, maxGap}: RangeLimits): PlannedRange[] {
	const order = parts.map((_, number) => number).sort((a, b) => parts[a]!.offset - parts[b]!.offset);
	const ranges: PlannedRange[] = [];
	let last: PlannedRange | undefined;
	for (const number of order) {
		const {offset, length} = parts[number]!;
		const end = offset + length;
		if (last && offset - (last.offset + last.length) <= maxGap && end - last.offset <= maxBytes) {
			last.length = Math.max(last.length, end - last.offset);
			last.parts.push(number);
		} else {
			last = {offset, length, parts: [number]};
			ranges.push(last);
		}
	}
	return ranges;
}
