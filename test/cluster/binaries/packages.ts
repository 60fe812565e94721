import {access, constants} from 'node:fs/promises';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {CommandError, run, systemPath} from '../command.ts';
import {withMutex} from '../mutex.ts';
import type {Log} from '../cached-folder.ts';

/** Debian packages by the command or file that shows that they are there. */
const cluster: Record<string, string> = {
	nft: 'nftables',
	'docker-registry': 'docker-registry',
	'mkfs.btrfs': 'btrfs-progs',
	ip: 'iproute2',
	losetup: 'mount',
	nsenter: 'util-linux',
	busybox: 'busybox-static',
	openssl: 'openssl',
	gcc: 'gcc',
	strip: 'binutils',
	'pkg-config': 'pkg-config',
	'/usr/include/seccomp.h': 'libseccomp-dev',
	'/usr/include/stdlib.h': 'libc6-dev',
};

const images: Record<string, string> = {buildah: 'buildah', mmdebstrap: 'mmdebstrap', strip: 'binutils'};

export const ensureClusterPackages = async (log: Log): Promise<void> => ensurePackages(cluster, log);
export const ensureImagePackages = async (log: Log): Promise<void> => ensurePackages(images, log);

async function ensurePackages(wanted: Record<string, string>, log: Log): Promise<void> {
	return withMutex('packages', async () => {
		const missing = await missingFrom(wanted);
		if (missing.length === 0) return;
		log(`installing ${missing.join(', ')} ...`);
		const env = {PATH: systemPath, HOME: homedir(), DEBIAN_FRONTEND: 'noninteractive', ...proxySettings()};
		try {
			await run(['apt-get', 'update', '-q'], {env});
			await run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...missing], {env: {...env, RUNLEVEL: '1'}});
			if (missing.includes('docker-registry')) await stopPackagedRegistry();
		} catch (error) {
			if (error instanceof CommandError) throw new Error(`the test cluster needs the Debian packages ${missing.join(', ')}; install them by hand and run this again`, {cause: error});
			throw error;
		}

		const still = await missingFrom(wanted);
		if (still.length > 0) throw new Error(`apt-get installed ${still.join(', ')}, yet a command of each is still missing from ${systemPath}`);
	});
}

/** Where systemd runs, the package starts a registry on port 5000 of every address. (RUNLEVEL=1 keeps init scripts from doing the same.) */
async function stopPackagedRegistry(): Promise<void> {
	const systemd = await access('/run/systemd/system').then(() => true, () => false);
	if (systemd) await run(['systemctl', 'disable', '--now', 'docker-registry']);
}

async function missingFrom(wanted: Record<string, string>): Promise<string[]> {
	const found = await Promise.all(Object.keys(wanted).map(present));
	return Object.values(wanted).filter((_, index) => !found[index]);
}

async function present(command: string): Promise<boolean> {
	const candidates = command.startsWith('/') ? [command] : systemPath.split(':').map(folder => join(folder, command));
	const answers = await Promise.all(candidates.map(async path => access(path, constants.R_OK).then(() => true, () => false)));
	return answers.includes(true);
}

const proxySettings = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(https?|no|all)_proxy$/i.test(name)));
