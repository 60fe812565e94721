import {idLength} from '../blob-id.ts';
import type {TreeText} from './node-encoder.ts';

const fewBytes = 64;

/** Text as bytes in one buffer that grows, to be cleared and filled again. */
export class ByteText implements TreeText {
	static readonly firstCapacity = 4096;
	/** Only the first `length` bytes are text. */
	bytes: Buffer = Buffer.allocUnsafeSlow(ByteText.firstCapacity);
	length = 0;

	clear(): void {
		this.length = 0;
	}

	reserve(more: number): void {
		if (this.length + more <= this.bytes.length) return;
		let capacity = this.bytes.length;
		while (capacity < this.length + more) capacity *= 2;
		const bigger = Buffer.allocUnsafeSlow(capacity);
		this.bytes.copy(bigger, 0, 0, this.length);
		this.bytes = bigger;
	}

	write(text: string): void {
		// A UTF-16 unit becomes three bytes at most.
		this.reserve(text.length * 3);
		this.length += this.bytes.write(text, this.length, 'utf8');
	}

	writeIds(ids: Uint8Array): void {
		this.length = writeIds(ids, 0, ids.length, this);
	}

	writeBytes(from: Uint8Array, start: number, end: number): void {
		this.reserve(end - start);
		const {bytes, length} = this;
		// Of short pieces there are several for every entry: a view of each would be most of what the collector finds.
		if (end - start < fewBytes) for (let at = start; at < end; at++) bytes[length + at - start] = from[at]!;
		else bytes.set(from.subarray(start, end), length);
		this.length = length + end - start;
	}
}

/** Text of an ID in a list: 64 digits, two quotes, a comma. */
export const idTextLength = 2 * idLength + 3;

const digits = Buffer.from('0123456789abcdef');

/** Appends the IDs at [from, to) as quoted hex with commas between, one before the first unless that is the first of `ids`. Returns the text's new length. */
export function writeIds(ids: Uint8Array, from: number, to: number, text: {reserve(more: number): void; readonly bytes: Uint8Array; readonly length: number}): number {
	text.reserve(((to - from) / idLength) * idTextLength);
	const {bytes} = text;
	let at = text.length;
	for (let id = from; id < to; id += idLength) {
		if (id > 0) bytes[at++] = 0x2c;
		bytes[at++] = 0x22;
		for (let index = id; index < id + idLength; index++) {
			const byte = ids[index]!;
			bytes[at++] = digits[byte >> 4]!;
			bytes[at++] = digits[byte & 15]!;
		}
		bytes[at++] = 0x22;
	}
	return at;
}
