import {createCipheriv} from 'node:crypto';
import {linkSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** Bytes that look random and are the same on every run. */
export function noise(seed: number, length: number): Buffer {
	const key = Buffer.alloc(16);
	key.writeUInt32LE(seed);
	return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

/** A small volume: files of no, one and several pieces, the same content twice, links, an empty and a nested directory. */
export function writeSource(directory: string): void {
	mkdirSync(join(directory, 'a/b/c'), {recursive: true});
	mkdirSync(join(directory, 'empty'));
	writeFileSync(join(directory, 'none'), '');
	writeFileSync(join(directory, 'text'), 'one line of text\n'.repeat(5000));
	writeFileSync(join(directory, 'a/noise'), noise(1, 3_000_000));
	writeFileSync(join(directory, 'a/b/same'), noise(1, 3_000_000));
	writeFileSync(join(directory, 'a/b/c/zeros'), Buffer.alloc(2_000_000));
	linkSync(join(directory, 'text'), join(directory, 'a/hard'));
	symlinkSync('../text', join(directory, 'a/soft'));
	for (let number = 0; number < 40; number++) writeFileSync(join(directory, 'a/b', `n${number}`), noise(100 + number, 50 + number));
}
