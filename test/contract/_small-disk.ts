import {mkdtemp, rmdir} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {CommandError, run} from '../cluster/command.ts';
import type {ExecutionContext} from 'ava';

export type SmallDisk = {
	path: string;
	remount(options: 'ro' | 'rw'): Promise<void>;
};

/** A file system of a few MiB, gone with the test. Undefined, said loudly, where mounting is not allowed; the test then has nothing to check. */
export async function mountSmallDisk(t: ExecutionContext, sizeMiB: number): Promise<SmallDisk | undefined> {
	const path = await mkdtemp(join(tmpdir(), 'lazarette-small-disk-'));
	try {
		await run(['mount', '-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=0755`, 'lazarette-small-disk', path]);
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		await rmdir(path);
		console.warn(`SKIPPED: ${t.title}: this machine does not let the test mount a file system (${error.message})`);
		t.pass();
		return undefined;
	}

	t.teardown(async () => {
		await run(['umount', path]);
		await rmdir(path);
	});
	return {path, remount: async options => void (await run(['mount', '-o', `remount,${options}`, path]))};
}
