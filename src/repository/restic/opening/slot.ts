import {copyShared} from '../../../base/copy-shared.ts';
import {idLength} from '../blob-id.ts';
import {Sealer} from '../crypto/sealer.ts';
import {faults, largestBlob} from './blob-opener.ts';
import type {BlobTarget} from '../../repository.ts';
import type {Written} from './write-plain.ts';

/** What becomes of the blobs in a slot: opened for who asked; proven, seal and all; or proven and opened. */
export const tasks = {open: 0, prove: 1, proveAndKeep: 2} as const;
export type Task = (typeof tasks)[keyof typeof tasks];

/** Where in an open file the sealed blobs of a slot lie, in a row. */
export type FilePlace = {fd: number; position: number};

/** Blobs that travel together: small ones by the dozen, because a handover costs more than opening one of them. */
export const mostBlobs = 128;
const sealedTarget = 256 * 1024;
const plainTarget = 512 * 1024;

const fields = {sealedAt: 0, length: 1, uncompressed: 2, plainAt: 3, fault: 4, fd: 5, positionHigh: 6, positionLow: 7, sparse: 8, end: 9, errno: 10} as const;
const fieldCount = 11;

const word = 2 ** 32;

/** Of a slot whose blobs lie in a file: descriptor, or -1, and position. */
const sourceAt = mostBlobs * fieldCount;
const sourceFields = 3;
const idsAt = (sourceAt + sourceFields) * 4;
const sealedAt = idsAt + mostBlobs * idLength;
const sealedCapacity = largestBlob + Sealer.overhead;
const plainAt = sealedAt + sealedCapacity;

/** Address space, of which only what is used becomes memory. */
export const slotBytes = plainAt + largestBlob;

/** A place in memory that all threads see, filled with sealed blobs by one of them and worked on by any. Who may touch it says its state, which the crew keeps. */
export class Slot {
	readonly #table: Int32Array;
	readonly #ids: Uint8Array;
	readonly #sealed: Uint8Array;
	readonly #plain: Uint8Array;

	constructor(memory: SharedArrayBuffer) {
		this.#table = new Int32Array(memory, 0, sourceAt + sourceFields);
		this.#ids = new Uint8Array(memory, idsAt, mostBlobs * idLength);
		this.#sealed = new Uint8Array(memory, sealedAt, sealedCapacity);
		this.#plain = new Uint8Array(memory, plainAt, largestBlob);
	}

	/** Describes blob `number`, which is to be filled in at the view that is returned; undefined when there is no room for it. Numbers count from 0. */
	add(number: number, length: number, uncompressed: number, id: Uint8Array): Uint8Array | undefined {
		const sealedEnd = number === 0 ? 0 : this.#field(number - 1, fields.sealedAt) + this.#field(number - 1, fields.length);
		const plainEnd = number === 0 ? 0 : this.#field(number - 1, fields.plainAt) + this.#field(number - 1, fields.uncompressed);
		if (number > 0 && (number === mostBlobs || sealedEnd + length > sealedTarget || plainEnd + uncompressed > plainTarget)) return undefined;
		const at = number * fieldCount;
		if (number === 0) this.#table[sourceAt] = -1;
		this.#table[at + fields.sealedAt] = sealedEnd;
		this.#table[at + fields.length] = length;
		this.#table[at + fields.uncompressed] = uncompressed;
		this.#table[at + fields.plainAt] = plainEnd;
		this.#table[at + fields.fd] = -1;
		// What nobody has looked at is not sound, whatever lay here before.
		this.#table[at + fields.fault] = faults.unread;
		this.#ids.set(id, number * idLength);
		return this.sealedOf(number);
	}

	/** bytes of the first `count` blobs, sealed and decompressed */
	bytesOf(count: number): number {
		const last = count - 1;
		return this.sealedBytes(count) + this.#field(last, fields.plainAt) + this.#field(last, fields.uncompressed);
	}

	/** How many of them lie in the slot, or may once the blobs are opened: not what is read from a file, nor what is written into one. */
	heldBytes(count: number, task: Task): number {
		if (task === tasks.prove) return this.source ? 0 : this.sealedBytes(count);
		if (task === tasks.proveAndKeep) return this.bytesOf(count) - (this.source ? this.sealedBytes(count) : 0);
		let held = this.source ? 0 : this.sealedBytes(count);
		for (let number = 0; number < count; number++) {
			if (!this.isWritten(number)) held += this.uncompressedOf(number) || (this.source ? this.sealedLengthOf(number) : 0);
		}
		return held;
	}

	/** Has whoever works on the slot read the sealed blobs from a file. */
	setSource({fd, position}: FilePlace): void {
		this.#table[sourceAt] = fd;
		this.#table[sourceAt + 1] = Math.floor(position / word);
		this.#table[sourceAt + 2] = position % word | 0;
	}

	get source(): FilePlace | undefined {
		const fd = this.#table[sourceAt]!;
		return fd < 0 ? undefined : {fd, position: this.#table[sourceAt + 1]! * word + (this.#table[sourceAt + 2]! >>> 0)};
	}

	/** Whether what lies in a file at `place` follows the first `count` blobs there. */
	isFollowedBy(count: number, {fd, position}: FilePlace): boolean {
		const {source} = this;
		return source !== undefined && source.fd === fd && source.position + this.sealedBytes(count) === position;
	}

	/** bytes of the first `count` sealed blobs, which lie in a row */
	sealedBytes(count: number): number {
		return this.sealedAtOf(count - 1) + this.sealedLengthOf(count - 1);
	}

	/** Where it begins in that row. */
	sealedAtOf(number: number): number {
		return this.#field(number, fields.sealedAt);
	}

	sealedLengthOf(number: number): number {
		return this.#field(number, fields.length);
	}

	/** Fills `into` from that row, beginning at `from`. */
	copySealed(into: Uint8Array, from: number): true {
		copyShared(into, this.#sealed.subarray(from, from + into.length));
		return true;
	}

	sealedOf(number: number): Uint8Array {
		const from = this.#field(number, fields.sealedAt);
		return this.#sealed.subarray(from, from + this.#field(number, fields.length));
	}

	/** 0 for a blob that is stored raw. */
	uncompressedOf(number: number): number {
		return this.#field(number, fields.uncompressed);
	}

	idOf(number: number): Uint8Array {
		return this.#ids.subarray(number * idLength, (number + 1) * idLength);
	}

	/** Where a compressed blob's plaintext goes. */
	roomOf(number: number): Uint8Array {
		const from = this.#field(number, fields.plainAt);
		return this.#plain.subarray(from, from + this.#field(number, fields.uncompressed));
	}

	/** The plaintext of a blob that was opened. */
	plainOf(number: number): Uint8Array {
		const raw = this.sealedOf(number);
		return this.uncompressedOf(number) > 0 ? this.roomOf(number) : raw.subarray(16, raw.length - 16);
	}

	/** Has the blob written once it is opened. */
	setTarget(number: number, {fd, position, sparse}: BlobTarget): void {
		const at = number * fieldCount;
		this.#table[at + fields.fd] = fd;
		this.#table[at + fields.positionHigh] = Math.floor(position / word);
		this.#table[at + fields.positionLow] = position % word | 0;
		this.#table[at + fields.sparse] = Number(sparse);
	}

	targetOf(number: number): BlobTarget | undefined {
		const fd = this.#field(number, fields.fd);
		if (fd < 0) return undefined;
		const position = this.#field(number, fields.positionHigh) * word + (this.#field(number, fields.positionLow) >>> 0);
		return {fd, position, sparse: this.#field(number, fields.sparse) !== 0};
	}

	setWritten(number: number, {end, errno}: Written): void {
		this.#table[number * fieldCount + fields.end] = end;
		this.#table[number * fieldCount + fields.errno] = errno;
	}

	/** Whether it had a file to go to. */
	isWritten(number: number): boolean {
		return this.#field(number, fields.fd) >= 0;
	}

	writtenOf(number: number): Written {
		return {end: this.#field(number, fields.end), errno: this.#field(number, fields.errno)};
	}

	/** bytes of the plaintext */
	plainLengthOf(number: number): number {
		return this.uncompressedOf(number) || this.#field(number, fields.length) - Sealer.overhead;
	}

	faultOf(number: number): number {
		return this.#field(number, fields.fault);
	}

	setFault(number: number, fault: number): void {
		this.#table[number * fieldCount + fields.fault] = fault;
	}

	#field(number: number, field: number): number {
		return this.#table[number * fieldCount + field]!;
	}
}
