import {closeSync, openSync, readSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {LazaretteError} from '../../../base/errors.ts';
import type {Random} from '../../../base/random.ts';

/** A local file that is written once from front to back: a pack on its way, or a directory too long for memory. */
export class ScratchFile {
	readonly path: string;
	#fd: number | undefined;
	#size = 0;

	constructor(directory: string, kind: string, random: Random) {
		this.path = join(directory, `${kind}-${random.bytes(12).toString('hex')}`);
		this.#fd = guarded(directory, () => openSync(this.path, 'wx+', 0o600));
	}

	/** bytes written so far */
	get size(): number {
		return this.#size;
	}

	/** @throws StoreFull when the scratch directory has no room */
	write(bytes: Uint8Array): void {
		guarded(this.path, () => {
			for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd!, bytes, at, bytes.length - at);
		});
		this.#size += bytes.length;
	}

	/** Reads back from `position` what was written, until `close`. Returns the bytes read. */
	read(into: Uint8Array, position: number): number {
		const length = guarded(this.path, () => readSync(this.#fd!, into, 0, into.length, position));
		if (length === 0 && into.length > 0) throw new LazaretteError('Unexpected', `the scratch file ${this.path} is shorter than what was written to it`);
		return length;
	}

	close(): void {
		if (this.#fd !== undefined) closeSync(this.#fd);
		this.#fd = undefined;
	}

	/** Closes and deletes it. Safe to call twice. */
	discard(): void {
		this.close();
		rmSync(this.path, {force: true});
	}
}

function guarded<Result>(path: string, work: () => Result): Result {
	try {
		return work();
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'ENOSPC' || code === 'EDQUOT') {
			throw new LazaretteError('StoreFull', `no room left for scratch files at ${path}`, {cause: error, hint: 'give the mover a larger scratch volume; the run may be repeated then'});
		}
		throw new LazaretteError('Unexpected', `the scratch file ${path} can not be used: ${code ?? String(error)}`, {cause: error});
	}
}
