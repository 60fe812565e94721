import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import type {ExecutionContext} from 'ava';
import type {Storage} from '../../src/storage/storage.ts';

/** A real storage in a directory that goes with the test. */
export async function temporaryStorage(t: ExecutionContext): Promise<Storage> {
	const path = await mkdtemp(join(tmpdir(), 'lazarette-unit-'));
	t.teardown(async () => rm(path, {recursive: true, force: true}));
	return openFilesystemStorage({kind: 'filesystem', path});
}
