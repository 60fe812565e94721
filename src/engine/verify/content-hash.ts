import {createHash} from 'node:crypto';
import type {FileSystem} from '../file-system/file-system.ts';

const blockSize = 4096;
const pieceSize = 1024 * 1024;
const zeros = Buffer.alloc(blockSize);

/**
SHA-256 over a file's size and, with its position, every block of 4096 bytes that is not all zeros: equal for equal contents, whether zeros are holes or not, and
holes of terabytes cost nothing. Not the SHA-256 of the content itself.
*/
export function contentHash(fileSystem: FileSystem, fd: number): string {
	const {size} = fileSystem.statusOf(fd);
	const digest = createHash('sha256').update(`${size}\n`);
	const piece = Buffer.allocUnsafe(Math.min(pieceSize, size));
	// Ranges are widened to whole blocks, and no block counts twice: where the holes are must not matter.
	let done = 0;
	for (let data = fileSystem.nextData(fd, 0, size); data; data = fileSystem.nextData(fd, done, size)) {
		const end = Math.min(size, Math.ceil(data.end / blockSize) * blockSize);
		done = Math.max(done, data.start - (data.start % blockSize));
		for (; done < end; done += pieceSize) hashPiece(readFully(fileSystem, fd, piece.subarray(0, Math.min(pieceSize, end - done)), done), done);
		done = end;
	}
	return digest.digest('hex');

	function hashPiece(bytes: Buffer, position: number): void {
		for (let at = 0; at < bytes.length; at += blockSize) {
			const block = bytes.subarray(at, at + blockSize);
			if (block.compare(zeros, 0, block.length) !== 0) digest.update(`${position + at}\n`).update(block);
		}
	}
}

function readFully(fileSystem: FileSystem, fd: number, into: Buffer, position: number): Buffer {
	let filled = 0;
	for (let read = -1; read !== 0 && filled < into.length; filled += read) read = fileSystem.read(fd, into.subarray(filled), position + filled);
	return into.subarray(0, filled);
}
