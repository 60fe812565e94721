import type {HashJob} from './hash-job.ts';
import type {LaneNumber, Sha256Pair} from './openssl/sha256-pair.ts';

const blockBytes = 64;
/** After the message: a 1 bit, zeros, and its length in bits, 8 bytes. */
const leastPadding = 9;

type Lane = {
	job: HashJob | undefined;
	/** Bytes of the message that were asked for. */
	taken: number;
	/** What is being read, and how much of it was. */
	piece: Uint8Array;
	read: number;
	/** Blocks of the piece that are still to be read. */
	blocks: number;
	/** The message's end and its padding. */
	readonly padding: Uint8Array;
	/** Blocks of padding, once they are there; 0 before. */
	paddingBlocks: number;
	isPadded: boolean;
};

/** A lane that is alone looks after so many blocks whether there is another job by now. */
const aloneBlocks = 4096;

/** Does jobs in two lanes, each of which takes the next one as soon as it is free. One that is alone from its beginning is left to `hashOne`, which is faster then. */
export class PairHasher {
	readonly #pair: Sha256Pair;
	readonly #hashOne: (job: HashJob) => void;
	readonly #lanes = [emptyLane(), emptyLane()] as const;

	constructor(pair: Sha256Pair, hashOne: (job: HashJob) => void) {
		this.#pair = pair;
		this.#hashOne = hashOne;
	}

	/** Until `nextJob` gives none. A job that was begun beside another may then be left, begun, for the next call. */
	run(nextJob: () => HashJob | undefined): void {
		const [one, two] = this.#lanes;
		for (;;) {
			this.#fill(0);
			this.#fill(1);
			if (!one.job && !two.job) {
				const job = nextJob();
				const other = job && nextJob();
				if (!job) return;
				if (!other) {
					this.#hashOne(job);
					return;
				}
				this.#begin(0, job);
				this.#begin(1, other);
			} else if (one.job && two.job) {
				const both = Math.min(one.blocks, two.blocks);
				this.#take(both, both);
			} else {
				const job = nextJob();
				if (!job) return;
				this.#begin(one.job ? 1 : 0, job);
			}
		}
	}

	/** Goes on with a job that was left; false when there is none. After a while it asks for another to begin beside it. */
	finish(): boolean {
		const [one, two] = this.#lanes;
		if (!one.job && !two.job) return false;
		this.#take(Math.min(one.blocks, aloneBlocks), Math.min(two.blocks, aloneBlocks));
		this.#fill(0);
		this.#fill(1);
		return true;
	}

	#take(...blocks: [number, number]): void {
		for (const number of [0, 1] as const) {
			const lane = this.#lanes[number];
			if (blocks[number] > 0) this.#pair.point(number, lane.piece, lane.read);
			lane.read += blocks[number] * blockBytes;
			lane.blocks -= blocks[number];
		}
		this.#pair.take(blocks[0], blocks[1]);
	}

	#begin(number: LaneNumber, job: HashJob): void {
		const lane = this.#lanes[number];
		this.#pair.begin(number);
		lane.job = job;
		lane.taken = 0;
		lane.blocks = 0;
		lane.paddingBlocks = 0;
		lane.isPadded = false;
	}

	/** Sees to it that a lane with a job has something to read of it, or else ends the job. */
	#fill(number: LaneNumber): void {
		const lane = this.#lanes[number];
		while (lane.job && lane.blocks === 0) {
			if (lane.isPadded) end(lane, this.#pair.digest(number));
			else if (lane.paddingBlocks > 0) turnToPadding(lane);
			else {
				const piece = lane.job.next();
				if (piece) turnTo(lane, piece, lane.job.length);
				else end(lane, undefined);
			}
		}
	}
}

function end(lane: Lane, digest: Uint8Array | undefined): void {
	const job = lane.job!;
	lane.job = undefined;
	job.end(digest);
}

const emptyLane = (): Lane => ({job: undefined, taken: 0, piece: nothing, read: 0, blocks: 0, padding: new Uint8Array(2 * blockBytes), paddingBlocks: 0, isPadded: false});

const nothing = new Uint8Array(0);

function turnTo(lane: Lane, piece: Uint8Array, length: number): void {
	lane.taken += piece.length;
	const rest = piece.length % blockBytes;
	lane.piece = piece;
	lane.read = 0;
	lane.blocks = (piece.length - rest) / blockBytes;
	if (lane.taken < length && piece.length > 0 && rest === 0) return;
	if (lane.taken !== length) throw new RangeError(`a piece of ${piece.length} bytes is neither the end of a message of ${length} nor whole blocks of it`);
	lane.paddingBlocks = Math.ceil((rest + leastPadding) / blockBytes);
	lane.padding.fill(0);
	lane.padding.set(piece.subarray(piece.length - rest));
	lane.padding[rest] = 0x80;
	new DataView(lane.padding.buffer).setBigUint64(lane.paddingBlocks * blockBytes - 8, BigInt(length) * 8n);
}

function turnToPadding(lane: Lane): void {
	lane.piece = lane.padding;
	lane.read = 0;
	lane.blocks = lane.paddingBlocks;
	lane.isPadded = true;
}
