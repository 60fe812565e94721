import {mkdir, readdir, readFile, utimes, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Claim} from './_claims.ts';
import {volumePath} from './_volume-path.ts';

/** Small files by path. */
export type Texts = Record<string, string>;

/** Writes files into a claim from outside, as a pod would; with a time, they all have it. */
export async function writeTexts(claim: Claim, texts: Texts, time?: Date): Promise<void> {
	const root = await volumePath(claim);
	for (const [path, text] of Object.entries(texts)) {
		const file = join(root, path);
		await mkdir(dirname(file), {recursive: true});
		await writeFile(file, text);
		if (time) await utimes(file, time, time);
	}
}

/** All files of a claim. */
export async function readTexts(claim: Claim): Promise<Texts> {
	const root = await volumePath(claim);
	const entries = await readdir(root, {recursive: true, withFileTypes: true});
	const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)).toSorted();
	return Object.fromEntries(await Promise.all(files.map(async file => [file.slice(root.length + 1), await readFile(file, 'utf8')])));
}
