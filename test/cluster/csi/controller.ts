import {isSupported, wantsBlock} from './capabilities.ts';
import {CsiError, required} from './csi-error.ts';
import {idOf} from './records.ts';
import {isPublished} from './published.ts';
import {snapshots} from './snapshots.ts';
import type {DriverState} from './driver-state.ts';
import type {CapacityRange, CreateVolumeRequest, ValidateVolumeCapabilitiesRequest} from './messages.ts';
import type {VolumeRecord} from './records.ts';
import type {Service} from './serve.ts';

const smallestVolume = 64 * 2 ** 20;
const largestVolume = 2 ** 40;

/** What the sidecars call: volumes are made and deleted here; snapshots next door, when the driver offers them. */
export function controller(driver: DriverState): Service {
	const {pool, volumes, serially} = driver;
	return {
		name: 'csi.v1.Controller',
		methods: {
			ControllerGetCapabilities: () => ({
				capabilities: ['CREATE_DELETE_VOLUME', 'SINGLE_NODE_MULTI_WRITER', ...(driver.snapshots ? ['CREATE_DELETE_SNAPSHOT', 'LIST_SNAPSHOTS', 'CLONE_VOLUME'] : [])].map(type => ({rpc: {type}})),
			}),

			CreateVolume: async (request: CreateVolumeRequest) => {
				const id = idOf('vol', required(request.name, 'name'));
				const block = wantsBlock(request.volume_capabilities);
				const {source, smallest} = await findSource(driver, request.volume_content_source, block);
				return serially(id, async () => {
					const bytes = sizeWithin(request.capacity_range, smallest);
					const known = await volumes.get(id);
					if (known && !isSame(known, request.capacity_range, block, source)) throw new CsiError('ALREADY_EXISTS', `volume ${request.name} exists with another size, mode or source`);
					const volume = known ?? {id, name: request.name, bytes, block, source};
					if (!known) {
						await pool.createVolume(id, {bytes, block, from: source, limit: request.parameters.quota === 'true'});
						await volumes.put(volume);
					}

					return {volume: {volume_id: id, capacity_bytes: volume.bytes, ...(request.volume_content_source ? {content_source: request.volume_content_source} : {})}};
				});
			},

			DeleteVolume: async ({volume_id: id}: {volume_id: string}) =>
				serially(required(id, 'volume_id'), async () => {
					if (!(await volumes.get(id))) return {};
					if (await isPublished(pool, id)) throw new CsiError('FAILED_PRECONDITION', `volume ${id} is still published on the node`);
					await pool.deleteVolume(id);
					await volumes.remove(id);
					return {};
				}),

			ValidateVolumeCapabilities: async (request: ValidateVolumeCapabilitiesRequest) => {
				const volume = await volumes.get(required(request.volume_id, 'volume_id'));
				if (request.volume_capabilities.length === 0) throw new CsiError('INVALID_ARGUMENT', 'volume capabilities are missing');
				if (!volume) throw new CsiError('NOT_FOUND', `volume ${request.volume_id} does not exist`);
				if (!request.volume_capabilities.every(isSupported)) return {message: 'an access mode is not supported'};
				const {volume_context, volume_capabilities, parameters} = request;
				return {confirmed: {volume_context, volume_capabilities, parameters}};
			},

			...(driver.snapshots ? snapshots(driver) : {}),
		},
	};
}

type Source = {source: VolumeRecord['source']; smallest: number};

async function findSource({volumes, snapshotRecords, snapshots: offered}: DriverState, wish: CreateVolumeRequest['volume_content_source'], block: boolean): Promise<Source> {
	if (!wish) return {source: undefined, smallest: 0};
	if (!offered) throw new CsiError('INVALID_ARGUMENT', 'this driver makes empty volumes only');
	const snapshot = wish.snapshot?.snapshot_id;
	const volume = wish.volume?.volume_id;
	const found = snapshot ? await snapshotRecords.get(snapshot) : await volumes.get(volume ?? '');
	if (!found) throw new CsiError('NOT_FOUND', `the source ${snapshot ?? volume ?? ''} does not exist`);
	if (found.block !== block) throw new CsiError('INVALID_ARGUMENT', `the source ${found.id} is of the other volume mode`);
	return {source: snapshot ? {snapshot} : {volume: found.id}, smallest: found.bytes};
}

function sizeWithin(range: CapacityRange | null | undefined, smallest: number): number {
	const limit = range?.limit_bytes || largestVolume;
	const wanted = range?.required_bytes || Math.min(limit, Math.max(smallest, smallestVolume));
	if (wanted < smallest || wanted > limit || wanted > largestVolume) {
		throw new CsiError('OUT_OF_RANGE', `${wanted} bytes is not between ${smallest} and ${Math.min(limit, largestVolume)}`);
	}

	return wanted;
}

function isSame(known: VolumeRecord, range: CapacityRange | null | undefined, block: boolean, source: VolumeRecord['source']): boolean {
	const fits = known.bytes >= (range?.required_bytes ?? 0) && (!range?.limit_bytes || known.bytes <= range.limit_bytes);
	return fits && known.block === block && JSON.stringify(known.source) === JSON.stringify(source);
}
