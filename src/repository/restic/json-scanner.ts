import {LazaretteError} from '../../base/errors.ts';

/**
What a JsonScanner found. Text is handed over as the raw bytes [from, to) of `bytes`, which are only valid during the call: strings and keys without
their quotes and with their escapes, numbers and `true`, `false`, `null` as they are written.
*/
export type JsonSink = {
	beginObject(): void;
	endObject(): void;
	beginArray(): void;
	endArray(): void;
	key(bytes: Uint8Array, from: number, to: number): void;
	string(bytes: Uint8Array, from: number, to: number): void;
	literal(bytes: Uint8Array, from: number, to: number): void;
	/** Reads a whole object that begins at `at` and returns where it ends; -1 when it is to come in tokens. For the objects that a file has most of. */
	wholeObject?: ((bytes: Uint8Array, at: number) => number) | undefined;
};

const expects = {value: 0, valueOrEnd: 1, keyOrEnd: 2, key: 3, colon: 4, commaOrEnd: 5, nothing: 6} as const;
type Expects = (typeof expects)[keyof typeof expects];

/** Deeper nesting than any writer produces is an attack on the reader's memory, not data. */
const maxDepth = 64;
const maxLiteral = 64;

/**
Reads one JSON value from pieces of bytes without building it. Indexes and trees of any size go through it, so that their memory does not
depend on the size of the repository.
*/
export class JsonScanner {
	readonly #sink: JsonSink;
	readonly #what: string;
	/** Per level: 1 for an object, 0 for an array. */
	readonly #objects = new Uint8Array(maxDepth);
	#depth = 0;
	#expects: Expects = expects.value;
	/** A token that the last piece ended in. */
	#carry: Uint8Array | undefined;
	#consumed = 0;

	/** `what` names the object being read in errors. */
	constructor(sink: JsonSink, what: string) {
		this.#sink = sink;
		this.#what = what;
	}

	/** @throws RepositoryDamaged naming the object and the byte where it stops being JSON */
	push(piece: Uint8Array): void {
		const bytes = this.#carry ? Buffer.concat([this.#carry, piece]) : piece;
		this.#carry = undefined;
		const end = this.#scan(bytes);
		if (end < bytes.length) this.#carry = Buffer.copyBytesFrom(bytes, end);
		this.#consumed += end;
	}

	/** @throws RepositoryDamaged when the value is not complete */
	end(): void {
		if (this.#expects !== expects.nothing || this.#carry) throw this.#malformed(this.#carry?.length ?? 0, 'ends too early');
	}

	/** Returns where the first incomplete token begins. */
	#scan(bytes: Uint8Array): number {
		const length = bytes.length;
		let at = 0;
		while (at < length) {
			const byte = bytes[at]!;
			if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
				at++;
				continue;
			}
			switch (this.#expects) {
				case expects.colon:
					if (byte !== 0x3a) throw this.#malformed(at);
					this.#expects = expects.value;
					at++;
					break;
				case expects.commaOrEnd:
					if (byte === 0x2c) this.#expects = this.#objects[this.#depth - 1] ? expects.key : expects.value;
					else this.#close(byte, at);
					at++;
					break;
				case expects.keyOrEnd:
				case expects.key: {
					if (byte === 0x7d && this.#expects === expects.keyOrEnd) {
						this.#close(byte, at++);
						break;
					}
					if (byte !== 0x22) throw this.#malformed(at);
					const end = closingQuote(bytes, at + 1);
					if (end < 0) return at;
					this.#sink.key(bytes, at + 1, end);
					this.#expects = expects.colon;
					at = end + 1;
					break;
				}
				case expects.value:
				case expects.valueOrEnd: {
					if (byte === 0x5d && this.#expects === expects.valueOrEnd) {
						this.#close(byte, at++);
						break;
					}
					const end = this.#value(bytes, at, byte);
					if (end < 0) return at;
					at = end;
					break;
				}
				case expects.nothing:
					throw this.#malformed(at);
			}
		}
		return at;
	}

	/** Returns where the value, or the opening of a container, ends; -1 when the piece ends first. */
	#value(bytes: Uint8Array, at: number, byte: number): number {
		if (byte === 0x22) {
			const end = closingQuote(bytes, at + 1);
			if (end < 0) return -1;
			this.#sink.string(bytes, at + 1, end);
			this.#afterValue();
			return end + 1;
		}
		if (byte === 0x7b && this.#sink.wholeObject) {
			const end = this.#sink.wholeObject(bytes, at);
			if (end >= 0) {
				this.#afterValue();
				return end;
			}
		}
		if (byte === 0x7b || byte === 0x5b) {
			if (this.#depth === maxDepth) throw this.#malformed(at, `nests deeper than ${maxDepth} levels`);
			this.#objects[this.#depth++] = byte === 0x7b ? 1 : 0;
			this.#expects = byte === 0x7b ? expects.keyOrEnd : expects.valueOrEnd;
			if (byte === 0x7b) this.#sink.beginObject();
			else this.#sink.beginArray();
			return at + 1;
		}

		let end = at;
		while (end < bytes.length && isLiteral(bytes[end]!)) end++;
		if (end === at || end - at > maxLiteral) throw this.#malformed(at);
		// Only a following byte tells that the literal is whole; a literal at the top level never occurs.
		if (end === bytes.length) return -1;
		this.#sink.literal(bytes, at, end);
		this.#afterValue();
		return end;
	}

	#close(byte: number, at: number): void {
		if (byte !== (this.#objects[this.#depth - 1] ? 0x7d : 0x5d)) throw this.#malformed(at);
		this.#depth--;
		if (byte === 0x7d) this.#sink.endObject();
		else this.#sink.endArray();
		this.#afterValue();
	}

	#afterValue(): void {
		this.#expects = this.#depth === 0 ? expects.nothing : expects.commaOrEnd;
	}

	#malformed(at: number, why = 'is not JSON'): LazaretteError {
		return new LazaretteError('RepositoryDamaged', `${this.#what} ${why} at byte ${this.#consumed + at}`);
	}
}

function closingQuote(bytes: Uint8Array, from: number): number {
	for (let at = from; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === 0x22) return at;
		if (byte === 0x5c) at++;
	}
	return -1;
}

/** Digits, letters and `+ - .`: what numbers, `true`, `false` and `null` are made of. */
const isLiteral = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x45;

/** Whether [from, to) is exactly the ASCII bytes of `text`. */
export function isText(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
	if (to - from !== text.length) return false;
	for (let index = 0; index < text.length; index++) if (bytes[from + index] !== text[index]) return false;
	return true;
}

/** A non-negative integer of at most `max`, or -1. */
export function parseUnsigned(bytes: Uint8Array, from: number, to: number, max: number): number {
	let value = 0;
	if (to === from) return -1;
	for (let at = from; at < to; at++) {
		const digit = bytes[at]! - 0x30;
		if (digit < 0 || digit > 9) return -1;
		value = value * 10 + digit;
		if (value > max) return -1;
	}
	return value;
}
