import {createCipheriv} from 'node:crypto';

/** Files that can be made anywhere, and the chunks restic makes of them under `goldenPolynomial`; test/oracle/chunker.test.ts proves these lengths. */
export type GoldenFile = {name: string; content: () => Buffer; lengths: number[]};

export const goldenPolynomial = 0x3da3358b4dc173n;

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

/** The AES key stream of a constant key: looks random, is the same everywhere. */
const noise = (length: number): Buffer => createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length));

const repeated = (unit: string, length: number): Buffer => Buffer.alloc(length, unit);

const file = (name: string, content: () => Buffer, lengths: number[]): GoldenFile => ({name, content, lengths});

export const goldenFiles: GoldenFile[] = [
	file('an empty file', () => Buffer.alloc(0), []),
	file('a file of one byte', () => noise(1), [1]),
	file('a file one byte short of the least chunk', () => noise(512 * kibibyte - 1), [524287]),
	file('a file as long as the least chunk', () => noise(512 * kibibyte), [524288]),
	file('a file one byte longer than the least chunk', () => noise(512 * kibibyte + 1), [524289]),
	file('a file of noise', () => noise(40 * mebibyte), [
		1065747, 1351372, 2829364, 1532396, 1806164, 1923570, 1040531, 3066319, 1087913, 2052735, 1161368, 994885, 677787, 662147,
		1102971, 4720783, 963189, 1306688, 2039647, 755412, 3232180, 1295237, 1912366, 681835, 832687, 969289, 878458,
	]),
	file('a file of zeros', () => Buffer.alloc(3 * mebibyte + 7), [524288, 524288, 524288, 524288, 524288, 524288, 7]),
	file('a file of zeros as long as four least chunks', () => Buffer.alloc(2 * mebibyte), [524288, 524288, 524288, 524288]),
	file('a file of ones', () => Buffer.alloc(17 * mebibyte, 0xff), [8388608, 8388608, 1048576]),
	file('a file one byte short of the largest chunk, never cut by its content', () => Buffer.alloc(8 * mebibyte - 1, 0xff), [8388607]),
	file('a file one byte longer than the largest chunk, never cut by its content', () => Buffer.alloc(8 * mebibyte + 1, 0xff), [8388608, 1]),
	file('a file with a period of 7 bytes', () => repeated('periods', 20 * mebibyte), [8388608, 8388608, 4194304]),
	file('a file of noise with a hole', () => Buffer.concat([noise(mebibyte), Buffer.alloc(5 * mebibyte), noise(2 * mebibyte)]), [
		1048640, 524288, 524288, 524288, 524288, 524288, 524288, 524288, 524288, 524288, 784937, 805034, 1031405,
	]),
];
