import {hash} from 'node:crypto';
import type {OpenSsl} from './openssl.ts';

const blockBytes = 64;
const digestWords = 8;
/** A context holds each word of the state for this many messages, of which two are used: what a core with SHA instructions interleaves. */
const lanesOfContext = 8;
const contextBytes = digestWords * lanesOfContext * 4;
/** Pointer, number of blocks, and four bytes of nothing. */
const messageBytes = 16;
const messagesOfCall = 4;
/** OpenSSL's own caller aligns to 32; this also keeps each word of both states in one cache line. */
const alignment = 64;

/** First 32 bits of the fractional parts of the square roots of the first eight primes (FIPS 180-4 §5.3.3). */
const initialState = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

export type LaneNumber = 0 | 1;

/**
The compression of SHA-256 for two messages at once. One message alone leaves a core waiting for each round's result: two take 0.6 of the time.

OpenSSL has that for TLS records, as `sha256_multi_block`, which it does not offer to others. What it is given lies in memory of this object, whole blocks are all it takes, and `provenSha256Pair` tries it
before it is believed. A digest that it got wrong could make a sound blob look damaged, never the other way round.
*/
export class Sha256Pair {
	readonly #multiBlock: NonNullable<OpenSsl['sha256_multi_block']>;
	readonly #addressOf: OpenSsl['addressOf'];
	readonly #context: Uint8Array;
	readonly #state: Uint32Array;
	readonly #messages: Uint8Array;
	readonly #pointers: BigUint64Array;
	readonly #counts: Int32Array;
	readonly #digest = new Uint8Array(digestWords * 4);
	readonly #digestView = new DataView(this.#digest.buffer);
	/** Blocks that lie where each lane points to. */
	readonly #rooms: [number, number] = [0, 0];
	/** Of buffers, which stay where they are. */
	readonly #bases = new WeakMap<ArrayBufferLike, bigint>();

	constructor({addressOf}: OpenSsl, multiBlock: NonNullable<OpenSsl['sha256_multi_block']>) {
		const memory = new ArrayBuffer(contextBytes + messagesOfCall * messageBytes + alignment);
		this.#multiBlock = multiBlock;
		this.#addressOf = addressOf;
		const at = (alignment - Number(addressOf(new Uint8Array(memory)) % BigInt(alignment))) % alignment;
		this.#context = new Uint8Array(memory, at, contextBytes);
		this.#state = new Uint32Array(memory, at, contextBytes / 4);
		this.#messages = new Uint8Array(memory, at + contextBytes, messagesOfCall * messageBytes);
		this.#pointers = new BigUint64Array(memory, at + contextBytes, messagesOfCall * 2);
		this.#counts = new Int32Array(memory, at + contextBytes, messagesOfCall * 4);
	}

	begin(lane: LaneNumber): void {
		for (let word = 0; word < digestWords; word++) this.#state[word * lanesOfContext + lane] = initialState[word]!;
	}

	/** Where a lane goes on reading; the bytes must stand until it has read them. */
	point(lane: LaneNumber, bytes: Uint8Array, from: number): void {
		this.#rooms[lane] = Math.floor((bytes.length - from) / blockBytes);
		this.#pointers[lane * 2] = this.#baseOf(bytes.buffer) + BigInt(bytes.byteOffset + from);
	}

	/** Takes so many blocks of 64 bytes in each lane from where it points to, none in one that is to stay as it is; `point` says where, each time. @throws RangeError instead of reading what does not lie there, or no longer */
	take(first: number, second: number): void {
		const [firstRoom, secondRoom] = this.#rooms;
		if (first > firstRoom || second > secondRoom) throw new RangeError(`${first} and ${second} blocks are to be hashed where ${firstRoom} and ${secondRoom} lie`);
		this.#rooms.fill(0);
		this.#counts[2] = first;
		this.#counts[6] = second;
		this.#multiBlock(this.#context, this.#messages, 1);
	}

	/** Valid until the next call. */
	digest(lane: LaneNumber): Uint8Array {
		for (let word = 0; word < digestWords; word++) this.#digestView.setUint32(word * 4, this.#state[word * lanesOfContext + lane]!);
		return this.#digest;
	}

	#baseOf(buffer: ArrayBufferLike): bigint {
		let base = this.#bases.get(buffer);
		if (base === undefined) {
			base = this.#addressOf(new Uint8Array(buffer));
			this.#bases.set(buffer, base);
		}
		return base;
	}
}

/** Undefined where OpenSSL lacks it, or has another. */
export function provenSha256Pair(openSsl: OpenSsl): Sha256Pair | undefined {
	if (!openSsl.sha256_multi_block) return undefined;
	const pair = new Sha256Pair(openSsl, openSsl.sha256_multi_block);
	return isRight(pair) ? pair : undefined;
}

/** Messages of different lengths, one of which goes on when the other has ended, as blocks that already carry their padding. */
function isRight(pair: Sha256Pair): boolean {
	const messages = [padded('', 0), padded('a sample of content ', 55), padded('another, which is longer ', 12)] as const;
	for (const [first, second] of [[0, 2], [2, 1], [1, 0]] as const) {
		const [one, two] = [messages[first], messages[second]];
		const both = Math.min(one.blocks, two.blocks);
		pair.begin(0);
		pair.begin(1);
		pair.point(0, one.bytes, 0);
		pair.point(1, two.bytes, 0);
		pair.take(both, both);
		pair.point(0, one.bytes, both * blockBytes);
		pair.point(1, two.bytes, both * blockBytes);
		pair.take(one.blocks - both, two.blocks - both);
		for (const [lane, {hex}] of [[0, one], [1, two]] as const) if (Buffer.from(pair.digest(lane)).toString('hex') !== hex) return false;
	}
	return true;
}

function padded(text: string, times: number): {bytes: Uint8Array; blocks: number; hex: string} {
	const message = Buffer.from(text.repeat(times));
	const blocks = Math.ceil((message.length + 9) / blockBytes);
	const bytes = new Uint8Array(blocks * blockBytes);
	bytes.set(message);
	bytes[message.length] = 0x80;
	new DataView(bytes.buffer).setUint32(bytes.length - 4, message.length * 8);
	return {bytes, blocks, hex: hash('sha256', message, 'hex')};
}
