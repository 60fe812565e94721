import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openStorage} from '../../src/storage/open-storage.ts';
import {storageContract} from './_storage-contract.ts';

storageContract('directory', {
	manyObjects: 600,
	async open(t) {
		const parent = await mkdtemp(join(tmpdir(), 'lazarette-storage-'));
		t.teardown(async () => rm(parent, {recursive: true, force: true}));
		// The directory itself is created by the first put.
		return async () => openStorage({kind: 'filesystem', path: join(parent, 'repository')});
	},
});
