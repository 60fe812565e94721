import {readSync} from 'node:fs';

/** Fills `into` from an open file; false when the file ends before, or can not be read. */
export function readFully(fd: number, into: Uint8Array, position: number): boolean {
	try {
		for (let done = 0; done < into.length; ) {
			const read = readSync(fd, into, done, into.length - done, position + done);
			if (read === 0) return false;
			done += read;
		}
		return true;
	} catch (error) {
		if (error instanceof Error && 'errno' in error) return false;
		throw error;
	}
}
