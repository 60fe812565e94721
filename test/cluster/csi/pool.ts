import {access, chmod, mkdir, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {run} from '../command.ts';
import {flush, releaseAll} from './loops.ts';

/**
Volumes and snapshots as btrfs subvolumes. A block volume is one file in its subvolume, so that snapshots and clones are the same for both.
*/
export type Pool = {
	volumePath(id: string): string;
	imagePath(id: string): string;
	createVolume(id: string, wish: {bytes: number; block: boolean; from: {volume: string} | {snapshot: string} | undefined; limit: boolean}): Promise<void>;
	deleteVolume(id: string): Promise<void>;
	createSnapshot(id: string, volume: string): Promise<void>;
	deleteSnapshot(id: string): Promise<void>;
};

export async function openPool(folder: string): Promise<Pool> {
	const volumePath = (id: string): string => join(folder, 'volumes', id);
	const snapshotPath = (id: string): string => join(folder, 'snapshots', id);
	const imagePath = (id: string): string => join(volumePath(id), 'disk.img');
	await mkdir(join(folder, 'volumes'), {recursive: true});
	await mkdir(join(folder, 'snapshots'), {recursive: true});

	const copy = async (from: string, to: string, options: string[] = []): Promise<void> => {
		await flush(join(from, 'disk.img'));
		await remove(to);
		await run(['btrfs', 'subvolume', 'snapshot', ...options, from, to]);
	};

	return {
		volumePath,
		imagePath,
		async createVolume(id, {bytes, block, from, limit}) {
			const path = volumePath(id);
			if (from) {
				await copy('volume' in from ? volumePath(from.volume) : snapshotPath(from.snapshot), path);
			} else {
				await remove(path);
				await run(['btrfs', 'subvolume', 'create', path]);
				await chmod(path, 0o755);
			}

			if (block) {
				if (!from) await writeFile(imagePath(id), '', {mode: 0o600});
				await truncate(imagePath(id), bytes);
			}

			if (limit) await run(['btrfs', 'qgroup', 'limit', String(bytes), path]);
		},
		async deleteVolume(id) {
			await releaseAll(imagePath(id));
			await remove(volumePath(id));
		},
		createSnapshot: async (id, volume) => copy(volumePath(volume), snapshotPath(id), ['-r']),
		deleteSnapshot: async id => remove(snapshotPath(id)),
	};
}

async function remove(subvolume: string): Promise<void> {
	const present = await access(subvolume).then(() => true, () => false);
	if (present) await run(['btrfs', 'subvolume', 'delete', subvolume]);
}
