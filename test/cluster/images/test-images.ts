import {chmod, copyFile, mkdir, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {moduleSources} from '../binaries/sources.ts';
import {run} from '../command.ts';
import {registryFromHost} from '../components/addresses.ts';
import {digestOfTag, push} from './registry-client.ts';
import {scratchImage} from './scratch-image.ts';
import type {Layout} from '../layout.ts';
import type {PushableImage} from './registry-client.ts';

/** The images that every cluster has from the start: `registry.test/pause:1`, which each pod needs, and `registry.test/busybox:1` for tests. */
export async function ensureTestImages(layout: Layout): Promise<void> {
	const registry = registryFromHost(layout);
	for (const [name, build] of Object.entries({pause, busybox})) {
		if (await digestOfTag(registry, name, '1')) continue;
		const folder = layout.path('tmp', `image-${name}`);
		await rm(folder, {recursive: true, force: true});
		await mkdir(folder);
		await push(registry, name, '1', await build(folder));
		await rm(folder, {recursive: true});
	}
}

async function pause(folder: string): Promise<PushableImage> {
	const source = join(await moduleSources('kubernetes', 'k8s.io/kubernetes'), 'build/pause/linux/pause.c');
	await run(['gcc', '-Os', '-static', '-DVERSION=test', '-o', join(folder, 'pause'), source]);
	await run(['strip', join(folder, 'pause')]);
	return scratchImage(folder, {entrypoint: ['/pause']});
}

/** Debian's static busybox with a link for each of its commands, since `kubectl exec POD -- wc` looks for a file. */
async function busybox(folder: string): Promise<PushableImage> {
	await mkdir(join(folder, 'bin'));
	for (const sub of ['etc', 'root', 'tmp']) await mkdir(join(folder, sub));
	await chmod(join(folder, 'tmp'), 0o1777);
	await writeFile(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
	await writeFile(join(folder, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
	await copyFile('/bin/busybox', join(folder, 'bin/busybox'));
	for (const command of (await run(['busybox', '--list'])).trim().split('\n')) {
		if (command !== 'busybox') await symlink('busybox', join(folder, 'bin', command));
	}

	return scratchImage(folder, {command: ['sh'], environment: ['PATH=/bin']});
}
