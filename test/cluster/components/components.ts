import {etcd, kubeApiserver, kubeControllerManager, kubeScheduler} from './control-plane.ts';
import {csiDrivers, csiSidecars} from './csi.ts';
import {containerd, kubelet, kubeProxy} from './node.ts';
import {coredns, registry, s3, s3Tls} from './services.ts';
import type {Component, ComponentContext} from './component.ts';

export type Components = {
	/** Need no API server. */
	first: Component[];
	/** Clients of the API server: started once it is ready. */
	second: Component[];
	/** Need kinds that `up` defines in between. */
	third: Component[];
};

/** Every process of the cluster, in three groups by what must be ready before. */
export async function clusterComponents(context: ComponentContext): Promise<Components> {
	return {
		first: [etcd, kubeApiserver, containerd, registry, s3, s3Tls].map(describe => describe(context)),
		second: [...[kubeControllerManager, kubeScheduler, kubelet, kubeProxy, coredns].map(describe => describe(context)), ...(await csiDrivers(context))],
		third: csiSidecars(context),
	};
}

export const allComponents = ({first, second, third}: Components): Component[] => [...first, ...second, ...third];
