import {mkdir, readdir, readFile, utimes, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {openLinuxFileSystem} from '../../src/engine/file-system/linux/open-linux-file-system.ts';
import {describeTree} from '../../src/engine/verify/describe-tree.ts';
import type {Claim} from './_claims.ts';
import {volumePath} from './_volume-path.ts';
import type {Tree, VolumeView} from './_volume-view.ts';

/** What a folder of this machine holds. */
export const treeAt = async (path: string): Promise<Tree> => [...describeTree(await openLinuxFileSystem(), path)];

/** Reads and writes a volume where the node keeps it. */
export const viewFromOutside = (claim: Claim): VolumeView => ({
	tree: async () => treeAt(await volumePath(claim)),
	async texts() {
		const root = await volumePath(claim);
		const entries = await readdir(root, {recursive: true, withFileTypes: true});
		const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)).toSorted();
		return Object.fromEntries(await Promise.all(files.map(async file => [file.slice(root.length + 1), await readFile(file, 'utf8')])));
	},
	async write(texts, time) {
		const root = await volumePath(claim);
		for (const [path, text] of Object.entries(texts)) {
			const file = join(root, path);
			await mkdir(dirname(file), {recursive: true});
			await writeFile(file, text);
			if (time) await utimes(file, time, time);
		}
	},
});
