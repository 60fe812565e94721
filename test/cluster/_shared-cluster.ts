import {startCluster} from './up.ts';
import type {Cluster} from './cluster.ts';

/** The cluster that the end-to-end run made, or else the developer's own. */
export const sharedCluster = async (): Promise<Cluster> => startCluster({name: process.env.LAZARETTE_CLUSTER ?? 'dev'});

/** Another cluster, given by KUBECONFIG, has its own storage; these suites prove the one that this project makes. */
export const isForeign = Boolean(process.env.KUBECONFIG && !process.env.LAZARETTE_CLUSTER);
