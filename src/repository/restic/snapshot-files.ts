import {hash} from 'node:crypto';
import {LazaretteError, isLazaretteError} from '../../base/errors.ts';
import {decodeSnapshot, encodeSnapshot} from './files/snapshot-file.ts';
import {idOfKey, prefixes, snapshotKey} from './files/object-keys.ts';
import {decodeUnpacked, encodeUnpacked} from './files/unpacked.ts';
import {inParallel} from './in-parallel.ts';
import type {StoredObject} from '../../storage/storage.ts';
import type {Archive} from '../archive.ts';
import type {OpenRepository} from './open-repository.ts';

const parallelReads = 8;

/** All archives, oldest first. @throws RepositoryDamaged naming the snapshot that can not be read, unless `onDamaged` takes it */
export async function readSnapshots(repository: OpenRepository, signal: AbortSignal, onDamaged?: (error: LazaretteError) => void, listed?: readonly StoredObject[]): Promise<Archive[]> {
	const archives: Archive[] = [];
	await inParallel(snapshotIds(repository, signal, listed), parallelReads, async id => {
		try {
			archives.push(await readSnapshot(repository, id, signal));
		} catch (error) {
			if (!onDamaged || !isLazaretteError(error, 'RepositoryDamaged')) throw error;
			onDamaged(error);
		}
	});
	return archives.sort((a, b) => a.time.getTime() - b.time.getTime() || (a.id < b.id ? -1 : 1));
}

export async function* snapshotIds({storage}: Pick<OpenRepository, 'storage'>, signal: AbortSignal, listed?: readonly StoredObject[]): AsyncGenerator<string> {
	for await (const {key} of listed ?? storage.list(prefixes.snapshots, signal)) {
		const id = idOfKey(key);
		if (id) yield id;
	}
}

export async function readSnapshot({storage, sealer}: OpenRepository, id: string, signal: AbortSignal): Promise<Archive> {
	const key = snapshotKey(id);
	return decodeSnapshot(decodeUnpacked(sealer, await storage.get(key, signal), key), id);
}

/** Makes an archive visible; everything it needs must be durable. Returns it as a reader will see it. */
export async function writeSnapshot(repository: OpenRepository, archive: Omit<Archive, 'id'>, signal: AbortSignal): Promise<Archive> {
	const {archive: written, bytes} = encodeArchive(repository, archive);
	await repository.storage.put(snapshotKey(written.id), bytes, signal, {sha256: written.id});
	return written;
}

/** The snapshot file, and the archive as a reader will see it. */
export function encodeArchive({sealer, config}: Pick<OpenRepository, 'sealer' | 'config'>, archive: Omit<Archive, 'id'>): {archive: Archive; bytes: Buffer} {
	const bytes = encodeUnpacked(sealer, encodeSnapshot(archive), config.version);
	const id = hash('sha256', bytes, 'hex');
	const written = decodeSnapshot(decodeUnpacked(sealer, bytes, 'the new snapshot'), id);
	if (written.tree !== archive.tree) throw new LazaretteError('Unexpected', `the new snapshot names the tree ${written.tree} instead of ${archive.tree}`);
	return {archive: written, bytes};
}
