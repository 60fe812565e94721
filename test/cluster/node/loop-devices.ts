import {stat} from 'node:fs/promises';
import {run} from '../command.ts';
import type {Layout} from '../layout.ts';

export type LoopDevice = {name: string; backFile: string; backInode: number};

/**
Loop devices belong to the whole machine, so a power cut leaves those of block volumes behind, and each keeps the pool's file system alive.
Detaches them and answers how many the cluster still had; the pool's own goes by itself when the last of them has.
*/
export async function detachLoopDevices(layout: Layout): Promise<number> {
	const {volumes, pool} = await clusterLoopDevices(layout);
	for (const device of volumes) await run(['losetup', '--detach', device.name]);
	return volumes.length + pool.length;
}

/** `volumes` in the order in which they can be detached. */
export async function clusterLoopDevices(layout: Layout): Promise<{volumes: LoopDevice[]; pool: LoopDevice[]}> {
	const all = await loopDevices();
	const volumes = all.filter(device => isOverPool(layout, device.backFile));
	const published = await Promise.all(volumes.map(async volume => layeredOn(volume, all)));
	return {volumes: [...published.flat(), ...volumes], pool: all.filter(device => device.backFile.startsWith(`${layout.home}/`) && !volumes.includes(device))};
}

/** While mounted the back file is named from the host's root, and after a power cut from the pool's; the pool's top folder is in both. */
export const isOverPool = ({home, poolFolder}: Pick<Layout, 'home' | 'poolFolder'>, backFile: string): boolean =>
	backFile.startsWith(`/${poolFolder}/`) || backFile.startsWith(`${home}/pool/${poolFolder}/`);

/** For a published block volume the kubelet puts a loop device of its own over the volume's; its back file is that device node, whatever it is called by now. */
async function layeredOn(volume: LoopDevice, all: readonly LoopDevice[]): Promise<LoopDevice[]> {
	const {ino} = await stat(volume.name);
	return all.filter(device => device.backInode === ino && (device.backFile === '/' || device.backFile.startsWith('/dev/') || device.backFile.includes('/kubelet/')));
}

async function loopDevices(): Promise<LoopDevice[]> {
	const output = await run(['losetup', '--list', '--json', '--output', 'NAME,BACK-FILE,BACK-INO']);
	if (!output.trim()) return [];
	const {loopdevices} = JSON.parse(output) as {loopdevices: {name: string; 'back-file': string; 'back-ino': number}[]};
	return loopdevices.map(device => ({name: device.name, backFile: device['back-file'] ?? '', backInode: device['back-ino']}));
}
