import {lstat, readFile, rmdir, unlink} from 'node:fs/promises';
import {run} from '../command.ts';

export type Mount = {
	/** What is mounted: a path inside its file system. */
	root: string;
	target: string;
	readOnly: boolean;
};

export async function mounts(): Promise<Mount[]> {
	const lines = (await readFile('/proc/self/mountinfo', 'utf8')).trim().split('\n');
	return lines.map(line => {
		const [, , , root = '', target = '', options = ''] = line.split(' ');
		return {root: unescaped(root), target: unescaped(target), readOnly: options.split(',').includes('ro')};
	});
}

export const mountAt = async (target: string): Promise<Mount | undefined> => (await mounts()).findLast(mount => mount.target === target);

export async function bindMount(source: string, target: string, readOnly: boolean): Promise<void> {
	await run(['mount', '--bind', source, target]);
	// The first mount call ignores "ro" for a bind mount.
	if (readOnly) await run(['mount', '--options', 'remount,bind,ro', target]);
}

/** Takes away all that is mounted at a path, and the path itself, which the CSI specification makes the plugin's to delete. */
export async function unmountAndRemove(target: string): Promise<void> {
	while (await mountAt(target)) await run(['umount', target]);
	const found = await lstat(target).catch(() => undefined);
	if (found) await (found.isDirectory() ? rmdir(target) : unlink(target));
}

const unescaped = (text: string): string => text.replaceAll(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
