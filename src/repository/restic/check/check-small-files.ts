import {hash} from 'node:crypto';
import {LazaretteError, isLazaretteError} from '../../../base/errors.ts';
import {decodeConfig} from '../files/config.ts';
import {configKey, idOfKey, keyFileKey, prefixes, snapshotKey} from '../files/object-keys.ts';
import {decodeSnapshot} from '../files/snapshot-file.ts';
import {decodeUnpacked} from '../files/unpacked.ts';
import {inParallel} from '../in-parallel.ts';
import {snapshotIds} from '../snapshot-files.ts';
import type {Archive} from '../../archive.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {Findings} from './findings.ts';

const parallelReads = 8;

/**
The config and every key file against its name. The first check of a repository goes by what its opening has just listed and read; any other, whoever changed
keys meanwhile, looks again.
*/
export async function checkConfigAndKeys(repository: OpenRepository, findings: Findings, signal: AbortSignal): Promise<void> {
	const seen = repository.keysSeen;
	delete repository.keysSeen;
	if (seen) {
		const unread = seen.listed.filter(id => !seen.sound.has(id));
		// One that is gone was removed before we had a lock.
		for (const id of unread) await checkKey(repository, id, findings, signal).catch(unlessGone);
		return;
	}
	const {storage, sealer, config} = repository;
	await findings.guard(configKey, async () => {
		const {id} = decodeConfig(sealer, await storage.get(configKey, signal));
		if (id !== config.id) throw new LazaretteError('RepositoryDamaged', `the config names the repository ${id}, but ${config.id} was opened`);
	});
	for await (const {key} of storage.list(prefixes.keys, signal)) {
		const id = idOfKey(key);
		if (id) await checkKey(repository, id, findings, signal).catch(unlessGone);
	}
}

async function checkKey({storage}: OpenRepository, id: string, findings: Findings, signal: AbortSignal): Promise<void> {
	const key = keyFileKey(id);
	const bytes = await storage.get(key, signal);
	await findings.guard(key, () => proveName(key, id, bytes));
}

function unlessGone(error: unknown): void {
	if (!isLazaretteError(error, 'ObjectNotFound')) throw error;
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
