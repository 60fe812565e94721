import {setImmediate as turn} from 'node:timers/promises';
import type {FileSystem} from '../../../src/engine/file-system/file-system.ts';
import type {Scout} from '../../../src/engine/file-system/scout/scout.ts';

/** A scout whose thread has begun to work. */
export async function readyScout(fileSystem: FileSystem): Promise<Scout> {
	const scout = fileSystem.startScout!();
	while (!scout.hasRoom) await turn();
	return scout;
}
