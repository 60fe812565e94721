/**
The same driver under two names: `btrfs` can all that the snapshot controller asks for, `plain` can neither snapshot nor clone,
as many real drivers cannot.
*/
export const drivers = [
	{name: 'btrfs.csi.lazarette.test', snapshots: true},
	{name: 'plain.csi.lazarette.test', snapshots: false},
] as const satisfies readonly DriverDescription[];

export type DriverDescription = {name: string; snapshots: boolean};

/** Where the kubelet and the sidecars find a driver; the kubelet looks for registration sockets in its own folder. */
export const driverSocket = (name: string): string => `/var/lib/kubelet/plugins/${name}/csi.sock`;
export const registrationSocket = (name: string): string => `/var/lib/kubelet/plugins_registry/${name}-reg.sock`;

/** Written whenever the kubelet has registered the driver's present process. The CSINode object cannot tell: it outlives a power cut. */
export const registeredMark = (name: string): string => `/run/lazarette/registered/${name}`;
