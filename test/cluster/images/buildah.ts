import {mkdir, rm, statfs, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {run, systemPath} from '../command.ts';

export type Buildah = {
	/** Working folder of each call, and of the store. */
	folder: string;
	call: (parameters: readonly string[], signal?: AbortSignal) => Promise<string>;
};

/**
Gives `work` a buildah with a store of its own in `folder`, gone afterwards. It runs in a mount namespace of its own, so that its mounts go with it,
killed or not. Chroot isolation needs no container runtime and runs inside containers too.
*/
export async function withBuildah<T>(folder: string, work: (buildah: Buildah) => Promise<T>): Promise<T> {
	await rm(folder, {recursive: true, force: true});
	const settings = join(folder, 'containers.conf');
	const library = join(folder, 'lib');
	await mkdir(library, {recursive: true});
	// Else it makes /etc/cni and /var/lib/containers on the machine.
	await writeFile(settings, `[network]\nnetwork_config_dir = "${join(folder, 'cni')}"\n`);
	const env = {...process.env, PATH: systemPath, TMPDIR: folder, CONTAINERS_CONF: settings};
	const isolated = ['unshare', '--mount', '--propagation=private', 'sh', '-c', 'mount --bind "$0" /var/lib && exec "$@"', library];
	const command = [...isolated, 'buildah', `--storage-driver=${await storageDriver(folder)}`, `--root=${join(folder, 'store')}`, `--runroot=${join(folder, 'run')}`];
	try {
		return await work({folder, call: async (parameters, signal) => run([...command, ...parameters], {env, cwd: folder, ...(signal ? {signal} : {})})});
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

/** `vfs` copies a whole image for each step, but `overlay` cannot stack on itself, as it would have to inside a container. */
async function storageDriver(folder: string): Promise<'overlay' | 'vfs'> {
	const overlayMagic = 0x794c7630;
	return (await statfs(folder)).type === overlayMagic ? 'vfs' : 'overlay';
}

/**
Builds a Dockerfile into an image folder. A build argument `dir:FOLDER` names a base image of the same form. Layers stay uncompressed:
the registry is on this machine, and packing costs more than copying.
*/
export async function buildInto(
	buildah: Buildah,
	target: string,
	build: {context: string; dockerfile: string; stage?: string; buildArgs?: Record<string, string>},
	signal?: AbortSignal,
): Promise<void> {
	const buildArgs: string[] = [];
	for (const [key, value] of Object.entries(build.buildArgs ?? {})) {
		buildArgs.push('--build-arg', `${key}=${value.startsWith('dir:') ? await loadBase(buildah, key, value.slice('dir:'.length), signal) : value}`);
	}

	const name = 'localhost/result:latest';
	await buildah.call(['bud', '--isolation=chroot', '--layers=false', '--format=oci', `--tag=${name}`, `--file=${build.dockerfile}`, ...(build.stage ? [`--target=${build.stage}`] : []), ...buildArgs, build.context], signal);
	await buildah.call(['push', '--quiet', '--disable-compression', name, `dir:${target}`], signal);
}

/** Buildah makes a name of the path it loads from, and not every path makes a valid one. */
async function loadBase({folder, call}: Buildah, key: string, image: string, signal?: AbortSignal): Promise<string> {
	const name = key.toLowerCase();
	await symlink(image, join(folder, name));
	const id = await call(['pull', '--quiet', `dir:${name}`], signal);
	await call(['tag', id.trim(), `localhost/${name}:latest`], signal);
	return `localhost/${name}:latest`;
}
