import {mkdir, rename, stat, truncate, writeFile} from 'node:fs/promises';
import {run, succeeds} from '../command.ts';
import type {Layout} from '../layout.ts';
import type {Node} from './namespaces.ts';

const poolBytes = 24 * 2 ** 30;

export const poolVolumes = (layout: Layout): string => layout.path('pool', layout.poolFolder);

/** The btrfs file system that holds all volumes, in a sparse file; mounted inside the node only. */
export async function ensurePool(layout: Layout, node: Node): Promise<void> {
	const image = layout.path('pool.img');
	if (!(await stat(image).catch(() => undefined))) {
		const partial = `${image}.partial`;
		await writeFile(partial, '');
		await truncate(partial, poolBytes);
		await run(['mkfs.btrfs', '--quiet', '--force', partial]);
		await rename(partial, image);
	}

	const mountPoint = layout.path('pool');
	if (!(await succeeds(node.enter(['mountpoint', '-q', mountPoint])))) {
		await run(node.enter(['mount', '-o', 'loop,noatime', image, mountPoint]));
		await run(node.enter(['btrfs', 'quota', 'enable', mountPoint]));
	}

	await mkdir(node.path(poolVolumes(layout)), {recursive: true});
}
