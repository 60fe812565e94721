import {access, readdir, readFile} from 'node:fs/promises';
import {run} from './command.ts';
import {networksOf} from './layout.ts';
import {clusterLoopDevices} from './node/loop-devices.ts';
import type {Layout} from './layout.ts';

/** What the host still shows of a cluster beside its state folder: mounts, links, routes, control groups, loop devices, processes. */
export async function leftoversOf(layout: Layout): Promise<string[]> {
	const lines = async (file: string): Promise<string[]> => (await readFile(file, 'utf8')).trim().split('\n');
	const mounts = (await lines('/proc/self/mountinfo')).filter(line => line.includes(layout.home));
	const links = (await readdir('/sys/class/net')).filter(link => link === layout.hostInterface);
	const routes = (JSON.parse(await run(['ip', '-json', 'route'])) as {dst: string}[]).map(({dst}) => dst).filter(dst => networksOf(layout.slot).includes(dst));
	const {volumes, pool} = await clusterLoopDevices(layout);
	const loops = [...volumes, ...pool].map(({name, backFile}) => `${name} ${backFile}`);
	return [...mounts, ...links, ...routes, ...loops, ...(await controlGroups(layout)), ...(await processes(layout))];
}

async function controlGroups({cgroup}: Layout): Promise<string[]> {
	const folders = ['', ...(await readdir('/sys/fs/cgroup'))].map(hierarchy => `/sys/fs/cgroup/${hierarchy}${cgroup}`);
	const present = await Promise.all(folders.map(async folder => access(folder).then(() => true, () => false)));
	return folders.filter((_, index) => present[index]);
}

async function processes({home}: Layout): Promise<string[]> {
	const pids = (await readdir('/proc')).filter(entry => /^\d+$/.test(entry));
	const commands = await Promise.all(pids.map(async pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
	return commands.filter(command => command.split('\0').some(argument => argument.includes(`${home}/`) || argument === home));
}

/** Which of the folders exist that Kubernetes' parts make for themselves wherever nobody tells them otherwise. */
export async function usualFolders(): Promise<string[]> {
	const usual = [
		'/etc/cni',
		'/etc/kubernetes',
		'/opt/cni',
		'/opt/containerd',
		'/opt/nri',
		'/run/containerd',
		'/run/netns',
		'/usr/libexec/kubernetes',
		'/var/lib/cni',
		'/var/lib/containerd',
		'/var/lib/kubelet',
		'/var/log/containers',
		'/var/log/pods',
		'/var/run/kubernetes',
	];
	const present = await Promise.all(usual.map(async folder => access(folder).then(() => true, () => false)));
	return usual.filter((_, index) => present[index]);
}
