import {join} from 'node:path';
import {openPool} from './pool.ts';
import {openRecords} from './records.ts';
import {serialiser} from './serial.ts';
import type {DriverDescription} from './drivers.ts';
import type {Pool} from './pool.ts';
import type {Records, SnapshotRecord, VolumeRecord} from './records.ts';

/** What the services of one driver share. All that lasts is on disk: a killed driver goes on where it stopped. */
export type DriverState = {
	/** Whether it can snapshot and clone. */
	snapshots: boolean;
	pool: Pool;
	volumes: Records<VolumeRecord>;
	snapshotRecords: Records<SnapshotRecord>;
	/** Calls about one volume do not overlap. */
	serially: ReturnType<typeof serialiser>;
};

export async function openDriver(description: DriverDescription, poolFolder: string): Promise<DriverState> {
	const folder = join(poolFolder, description.name);
	return {
		snapshots: description.snapshots,
		pool: await openPool(folder),
		volumes: await openRecords<VolumeRecord>(join(folder, 'records/volumes')),
		snapshotRecords: await openRecords<SnapshotRecord>(join(folder, 'records/snapshots')),
		serially: serialiser(),
	};
}
