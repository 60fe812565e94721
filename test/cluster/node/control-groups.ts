import {access, mkdir, readdir, readFile, rmdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {waitUntil} from '../wait-until.ts';
import type {Layout} from '../layout.ts';

const root = '/sys/fs/cgroup';

/** The kubelet wants its root to exist in every hierarchy; with one of its own, teardown knows exactly which groups are the cluster's. */
export async function ensureControlGroups(layout: Layout): Promise<void> {
	if (await isUnified()) {
		const controllers = (await readFile(join(root, 'cgroup.controllers'), 'utf8')).trim().split(' ');
		const enable = controllers.map(controller => `+${controller}`).join(' ');
		await writeFile(join(root, 'cgroup.subtree_control'), enable);
		await mkdir(join(root, layout.cgroup), {recursive: true});
		return;
	}

	for (const hierarchy of await hierarchies()) {
		const group = join(hierarchy, layout.cgroup);
		await mkdir(group, {recursive: true});
		// A new cpuset is empty, and no process can enter an empty one.
		for (const file of ['cpuset.cpus', 'cpuset.mems']) {
			const all = await readFile(join(hierarchy, file), 'utf8').catch(() => undefined);
			if (all !== undefined) await writeFile(join(group, file), all);
		}
	}
}

/** Removes the cluster's groups, leaves first; those with a task that is still ending go a moment later. */
export async function removeControlGroups(layout: Layout): Promise<void> {
	const groups = [root, ...(await hierarchies()), join(root, 'unified')].map(folder => join(folder, layout.cgroup));
	await waitUntil(
		`removal of the control groups ${layout.cgroup}`,
		async () => {
			for (const group of groups) await removeTree(group);
			return true;
		},
		{timeoutMs: 20_000, everyMs: 20},
	);
}

async function removeTree(group: string): Promise<void> {
	const entries = await readdir(group, {withFileTypes: true}).catch(ignoreMissing);
	for (const entry of entries ?? []) if (entry.isDirectory()) await removeTree(join(group, entry.name));
	await rmdir(group).catch(ignoreMissing);
}

const isUnified = async (): Promise<boolean> => access(join(root, 'cgroup.controllers')).then(() => true, () => false);

async function hierarchies(): Promise<string[]> {
	const entries = await readdir(root, {withFileTypes: true});
	return entries.filter(entry => entry.isDirectory() && entry.name !== 'unified' && !entry.name.startsWith('lz-')).map(entry => join(root, entry.name));
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
	if (error.code !== 'ENOENT') throw error;
}
