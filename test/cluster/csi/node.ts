import {access, mkdir, statfs, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {wantsBlock} from './capabilities.ts';
import {CsiError, required} from './csi-error.ts';
import {attach, detach, devicesOf} from './loops.ts';
import {bindMount, mountAt, mounts, unmountAndRemove} from './mounts.ts';
import {publicationsOf} from './published.ts';
import type {DriverState} from './driver-state.ts';
import type {NodeGetVolumeStatsRequest, NodePublishVolumeRequest, NodeUnpublishVolumeRequest} from './messages.ts';
import type {Service} from './serve.ts';

/** What the kubelet calls: a volume is a bind mount of its subvolume, a block volume that of a loop device. */
export function node({pool, volumes, serially}: DriverState, nodeName: string): Service {
	const known = async (id: string) => {
		const volume = await volumes.get(required(id, 'volume_id'));
		if (!volume) throw new CsiError('NOT_FOUND', `volume ${id} does not exist`);
		return volume;
	};

	return {
		name: 'csi.v1.Node',
		methods: {
			NodeGetInfo: () => ({node_id: nodeName}),
			NodeGetCapabilities: () => ({capabilities: ['GET_VOLUME_STATS', 'SINGLE_NODE_MULTI_WRITER'].map(type => ({rpc: {type}}))}),

			NodePublishVolume: async ({volume_id: id, target_path, volume_capability, readonly}: NodePublishVolumeRequest) => {
				const target = required(target_path, 'target_path');
				const block = wantsBlock([required(volume_capability, 'volume_capability')]);
				return serially(required(id, 'volume_id'), async () => {
					const volume = await known(id);
					if (volume.block !== block) throw new CsiError('INVALID_ARGUMENT', `volume ${id} is of the other volume mode`);
					const readOnly = readonly || volume_capability?.access_mode?.mode === 'SINGLE_NODE_READER_ONLY';
					const published = await publicationsOf(pool, id);
					const here = published.find(mount => mount.target === target);
					if (here && !block && here.readOnly !== readOnly) throw new CsiError('ALREADY_EXISTS', `volume ${id} is published at ${target}, but ${here.readOnly ? 'read-only' : 'writable'}`);
					if (here) return {};
					if (volume_capability?.access_mode?.mode === 'SINGLE_NODE_SINGLE_WRITER' && published.length > 0) {
						throw new CsiError('FAILED_PRECONDITION', `volume ${id} allows a single writer and is published at ${published[0]?.target}`);
					}

					await mkdir(dirname(target), {recursive: true});
					if (block) {
						await writeFile(target, '', {flag: 'a'});
						await bindMount(await attach(pool.imagePath(id), readOnly), target, false);
					} else {
						await mkdir(target, {recursive: true});
						await bindMount(pool.volumePath(id), target, readOnly);
					}

					return {};
				});
			},

			NodeUnpublishVolume: async ({volume_id: id, target_path}: NodeUnpublishVolumeRequest) => {
				const target = required(target_path, 'target_path');
				return serially(required(id, 'volume_id'), async () => {
					await known(id);
					await unmountAndRemove(target);
					const used = new Set((await mounts()).map(mount => `/dev${mount.root}`));
					for (const device of await devicesOf(pool.imagePath(id))) if (!used.has(device.name)) await detach(device.name);
					return {};
				});
			},

			NodeGetVolumeStats: async ({volume_id: id, volume_path}: NodeGetVolumeStatsRequest) => {
				const path = required(volume_path, 'volume_path');
				const volume = await known(id);
				const present = await access(path).then(() => true, () => false);
				if (!present || !(await mountAt(path))) throw new CsiError('NOT_FOUND', `volume ${id} is not published at ${path}`);
				if (volume.block) return {usage: [{unit: 'BYTES', total: volume.bytes}]};
				const {blocks, bavail, bfree, bsize} = await statfs(path);
				const bytes = {unit: 'BYTES', total: blocks * bsize, available: bavail * bsize, used: (blocks - bfree) * bsize};
				return {usage: [bytes]};
			},
		},
	};
}
