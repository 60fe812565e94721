import {rm, rmdir} from 'node:fs/promises';
import {clustersFolder, homeOf, layoutOf} from './layout.ts';
import {withMutex} from './mutex.ts';
import {powerOff} from './node/power-off.ts';
import {forgetRecord, readRecord} from './record.ts';

export type DownOptions = {name?: string; wipe?: boolean};

/** Takes a cluster down; nothing of it stays on the machine but its state, and with `wipe` not that either. */
export async function stopCluster({name = 'dev', wipe = false}: DownOptions = {}): Promise<void> {
	const home = homeOf(name);
	await withMutex(`cluster/${name}`, async () => {
		const record = await readRecord(name);
		if (record) await powerOff(layoutOf(name, record.slot));
		if (!wipe) return;
		// The record goes last, so that an interrupted wipe can be repeated.
		await forgetRecord(name);
		await rm(home, {recursive: true, force: true});
		await rmdir(clustersFolder()).catch(() => undefined);
	});
}
