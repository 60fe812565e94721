import {statfsSync} from 'node:fs';
import type {EntryFacts} from '../../repository/entry-facts.ts';

/** f_type (linux/magic.h) of file systems whose files are as long as their status says: ext2 to ext4, XFS, btrfs, tmpfs, F2FS, ZFS, CephFS, overlay. */
const truthful = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0xf2f52010, 0x2fc12fc1, 0x00c36400, 0x794c7630]);

/**
Whether an empty file need not be opened. Not everywhere: pseudo files and some of FUSE's have content though their size is 0, and NFS asks the server for the size only
when a file is opened.
*/
export class TrueSizes {
	readonly #byDevice = new Map<number, boolean>();

	/** @param directory descriptor of the one the file lies in */
	areTrue(directory: number, {deviceMajor, deviceMinor}: EntryFacts): boolean {
		// Both are below 2^20 on Linux.
		const deviceId = deviceMajor * 2 ** 20 + deviceMinor;
		let answer = this.#byDevice.get(deviceId);
		if (answer === undefined) {
			answer = isTruthful(directory);
			this.#byDevice.set(deviceId, answer);
		}
		return answer;
	}
}

function isTruthful(directory: number): boolean {
	try {
		// Some of the numbers do not fit 31 bits, and come back negative on 32-bit fields.
		return truthful.has(statfsSync(`/proc/self/fd/${directory}`).type >>> 0);
	} catch {
		return false;
	}
}
