import {basename} from 'node:path';
import {devicesOf} from './loops.ts';
import {mounts} from './mounts.ts';
import type {Mount} from './mounts.ts';
import type {Pool} from './pool.ts';

/** Where a volume is published, read from the kernel's mount table: true after any crash. Only mounts that the kubelet asked for count. */
export async function publicationsOf(pool: Pool, id: string): Promise<Mount[]> {
	const devices = new Set((await devicesOf(pool.imagePath(id))).map(device => `/${basename(device.name)}`));
	return (await mounts()).filter(mount => basename(mount.root) === id || devices.has(mount.root));
}

export const isPublished = async (pool: Pool, id: string): Promise<boolean> => (await publicationsOf(pool, id)).length > 0;
