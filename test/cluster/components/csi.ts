import {createHash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {moduleSources} from '../binaries/sources.ts';
import {drivers, driverSocket} from '../csi/drivers.ts';
import {kubeconfigFile} from '../kubeconfigs.ts';
import {poolVolumes} from '../node/pool.ts';
import {manyRequests} from './requests.ts';
import type {Client} from '../certificates.ts';
import type {Component, ComponentContext} from './component.ts';

const sources = join(import.meta.dirname, '../csi');

/** The driver, once for each of its names. A test that kills it decides when it comes back. */
export async function csiDrivers({layout}: ComponentContext): Promise<Component[]> {
	const csiProtocol = join(await moduleSources('definitions', 'github.com/container-storage-interface/spec'), 'csi.proto');
	const registrationProtocol = join(await moduleSources('definitions', 'k8s.io/kubelet'), 'pkg/apis/pluginregistration/v1/api.proto');
	const version = await sourceVersion();
	return drivers.map(driver => ({
		name: `csi-driver-${shortName(driver.name)}`,
		argv: [process.execPath, join(sources, 'main.ts'), driver.name, poolVolumes(layout), layout.nodeName, csiProtocol, registrationProtocol],
		environment: {SOURCE_VERSION: version, NODE_NO_WARNINGS: '1'},
	}));
}

/**
The CSI project's own sidecars. They end when the driver does ("Lost connection to CSI driver, exiting") and count on a kubelet
to start them again; here that is `restarts`.
*/
export function csiSidecars(context: ComponentContext): Component[] {
	const snapshotting = drivers.filter(driver => driver.snapshots);
	return [
		// Without the group-snapshot kinds it otherwise waits 30 s for them before it does anything.
		sidecar(context, 'snapshot-controller', 'snapshot-controller', ['--retry-crd-interval-max=1s']),
		...snapshotting.map(driver => sidecar(context, 'csi-snapshotter', `csi-snapshotter-${shortName(driver.name)}`, driverOptions(driver.name))),
		...drivers.map(driver => sidecar(context, 'csi-provisioner', `csi-provisioner-${shortName(driver.name)}`, driverOptions(driver.name))),
	];
}

const driverOptions = (driver: string): string[] => [`--csi-address=${driverSocket(driver)}`, '--timeout=30s', '--extra-create-metadata'];

const shortName = (driver: string): string => driver.split('.')[0] ?? driver;

const sidecar = ({layout, binaries}: ComponentContext, command: Client, name: string, options: string[]): Component => ({
	name,
	argv: [binaries.command(command), `--kubeconfig=${kubeconfigFile(layout, command)}`, '--leader-election=false', ...manyRequests, ...options],
	restarts: true,
});

/** A changed driver counts as another component, so `up` replaces the running one. */
async function sourceVersion(): Promise<string> {
	const hash = createHash('sha256');
	for (const file of (await readdir(sources)).toSorted()) hash.update(await readFile(join(sources, file)));
	return hash.digest('hex').slice(0, 16);
}
