import {CsiError, required} from './csi-error.ts';
import {idOf} from './records.ts';
import type {DriverState} from './driver-state.ts';
import type {CreateSnapshotRequest, ListSnapshotsRequest} from './messages.ts';
import type {SnapshotRecord} from './records.ts';
import type {Service} from './serve.ts';

/**
The snapshot methods of the controller. A VolumeSnapshotClass can ask for faults: `fail: "true"` refuses every snapshot,
`readyAfterSeconds` leaves it not ready for so long, as stores do that upload it first.
*/
export function snapshots({pool, volumes, snapshotRecords, serially}: DriverState): Service['methods'] {
	return {
		CreateSnapshot: async ({name, source_volume_id: source, parameters}: CreateSnapshotRequest) => {
			const id = idOf('snap', required(name, 'name'));
			return serially(required(source, 'source_volume_id'), async () => {
				const known = await snapshotRecords.get(id);
				if (known && known.sourceVolume !== source) throw new CsiError('ALREADY_EXISTS', `snapshot ${name} exists, of volume ${known.sourceVolume}`);
				if (known) return {snapshot: described(known)};
				if (parameters.fail === 'true') throw new CsiError('INTERNAL', 'snapshot refused by class parameter');
				const volume = await volumes.get(source);
				if (!volume) throw new CsiError('NOT_FOUND', `volume ${source} does not exist`);
				await pool.createSnapshot(id, source);
				const createdAtMs = Date.now();
				const readyAtMs = createdAtMs + Number(parameters.readyAfterSeconds ?? 0) * 1000;
				const snapshot = {id, name, sourceVolume: source, bytes: volume.bytes, block: volume.block, createdAtMs, readyAtMs};
				await snapshotRecords.put(snapshot);
				return {snapshot: described(snapshot)};
			});
		},

		DeleteSnapshot: async ({snapshot_id: id}: {snapshot_id: string}) =>
			serially(required(id, 'snapshot_id'), async () => {
				if (!(await snapshotRecords.get(id))) return {};
				await pool.deleteSnapshot(id);
				await snapshotRecords.remove(id);
				return {};
			}),

		ListSnapshots: async (request: ListSnapshotsRequest) => {
			const all = await snapshotRecords.list();
			const matching = all.filter(snapshot => (!request.snapshot_id || snapshot.id === request.snapshot_id) && (!request.source_volume_id || snapshot.sourceVolume === request.source_volume_id));
			const begin = request.starting_token ? matching.findIndex(snapshot => snapshot.id === request.starting_token) : 0;
			if (begin < 0) throw new CsiError('ABORTED', `starting_token ${request.starting_token} is not one that this driver gave`);
			const end = request.max_entries > 0 ? begin + request.max_entries : matching.length;
			return {entries: matching.slice(begin, end).map(snapshot => ({snapshot: described(snapshot)})), next_token: matching[end]?.id ?? ''};
		},
	};
}

const described = (snapshot: SnapshotRecord): object => ({
	snapshot_id: snapshot.id,
	source_volume_id: snapshot.sourceVolume,
	size_bytes: snapshot.bytes,
	creation_time: {seconds: Math.floor(snapshot.createdAtMs / 1000), nanos: (snapshot.createdAtMs % 1000) * 1_000_000},
	ready_to_use: Date.now() >= snapshot.readyAtMs,
});
