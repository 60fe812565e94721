import {hash} from 'node:crypto';
import {LazaretteError} from '../../../base/errors.ts';
import {decodeConfig} from '../files/config.ts';
import {configKey, idOfKey, prefixes, snapshotKey} from '../files/object-keys.ts';
import {decodeSnapshot} from '../files/snapshot-file.ts';
import {decodeUnpacked} from '../files/unpacked.ts';
import {inParallel} from '../in-parallel.ts';
import {snapshotIds} from '../snapshot-files.ts';
import type {Archive} from '../../archive.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {Findings} from './findings.ts';

const parallelReads = 8;

/** The config as it is stored now, and every key file, against its name. */
export async function checkConfigAndKeys({storage, sealer, config}: OpenRepository, findings: Findings, signal: AbortSignal): Promise<void> {
	await findings.guard(configKey, async () => {
		const {id} = decodeConfig(sealer, await storage.get(configKey, signal));
		if (id !== config.id) throw new LazaretteError('RepositoryDamaged', `the config names the repository ${id}, but ${config.id} was opened`);
	});
	for await (const {key} of storage.list(prefixes.keys, signal)) {
		const id = idOfKey(key);
		if (id) await findings.guard(key, async () => proveName(key, id, await storage.get(key, signal)));
	}
}

/** The archives whose snapshot files are sound. */
export async function checkSnapshots(repository: OpenRepository, findings: Findings, signal: AbortSignal): Promise<{archives: Archive[]; total: number}> {
	const {storage, sealer} = repository;
	const archives: Archive[] = [];
	let total = 0;
	await inParallel(snapshotIds(repository, signal), parallelReads, async id => {
		total++;
		const key = snapshotKey(id);
		await findings.guard(key, async () => {
			const bytes = await storage.get(key, signal);
			proveName(key, id, bytes);
			archives.push(decodeSnapshot(decodeUnpacked(sealer, bytes, key), id));
		});
	});
	return {archives, total};
}

/** @throws RepositoryDamaged when the bytes are not those the object was named after */
export function proveName(key: string, id: string, bytes: Uint8Array): void {
	if (hash('sha256', bytes, 'hex') !== id) throw new LazaretteError('RepositoryDamaged', `${key} (${bytes.length} bytes) is not what was written: its hash differs from its name`);
}
