import {mkdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {sizeOfFiles} from './size-of-files.ts';
import type {Store} from './store.ts';

/** Repositories in plain directories. */
export function openFileStore(directory: string): Store {
	return {
		name: 'file',
		async empty(name) {
			const path = join(directory, name);
			await rm(path, {recursive: true, force: true});
			await mkdir(directory, {recursive: true});
			return {kind: 'file', path};
		},
		storedBytes: async location => sizeOfFiles(location.kind === 'file' ? location.path : directory),
		traffic: async () => undefined,
		[Symbol.asyncDispose]: async () => rm(directory, {recursive: true, force: true}),
	};
}
