import {join} from 'node:path';

/**
Where a cluster keeps its things and which addresses it uses; everything follows from its name and its slot.
Clusters stand side by side because each slot has its own three networks and one interface on the host; all else is private to the cluster's namespaces.
*/
export type Layout = {
	name: string;
	slot: number;
	/** The cluster's state; survives a power cut and `down`, goes with `down --wipe`. */
	home: string;
	nodeName: string;
	nodeIp: string;
	/** The host's end of the link: the node's default route. */
	hostIp: string;
	hostInterface: string;
	serviceCidr: string;
	podCidr: string;
	kubernetesServiceIp: string;
	dnsServiceIp: string;
	/** Parent of every pod's control group, under each hierarchy's root. */
	cgroup: string;
	/** Top folder inside the btrfs pool. Its name is in the back-file name of every loop device over the pool, so that teardown knows ours. */
	poolFolder: string;
	path(...parts: string[]): string;
};

/** Folder that holds the state of all clusters of this machine. */
export const clustersFolder = (): string => process.env.LAZARETTE_CLUSTERS ?? '/var/tmp/lazarette/clusters';

/** Names end up in a control group, a file system path and a process's arguments. */
export function checkName(name: string): string {
	if (/^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/.test(name)) return name;
	throw new Error(`cluster name ${JSON.stringify(name)} must be 1 to 30 lower-case letters, digits and dashes and begin with a letter; nothing was started`);
}

export const homeOf = (name: string): string => join(clustersFolder(), checkName(name));

export function layoutOf(name: string, slot: number): Layout {
	const home = homeOf(name);
	return {
		name,
		slot,
		home,
		nodeName: 'node1',
		nodeIp: `10.97.${slot}.1`,
		hostIp: `10.97.${slot}.254`,
		hostInterface: `lz-node-${slot}`,
		serviceCidr: `10.98.${slot}.0/24`,
		podCidr: `10.99.${slot}.0/24`,
		kubernetesServiceIp: `10.98.${slot}.1`,
		dnsServiceIp: `10.98.${slot}.10`,
		cgroup: `/lz-${name}`,
		poolFolder: `lz-${name}`,
		path: (...parts) => join(home, ...parts),
	};
}

/** Networks of a slot as the host's routing table shows them. */
export const networksOf = (slot: number): string[] => [`10.97.${slot}.0/24`, `10.98.${slot}.0/24`, `10.99.${slot}.0/24`];
