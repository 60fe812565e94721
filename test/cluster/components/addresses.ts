import type {Layout} from '../layout.ts';

export const containerRuntimeSocket = '/run/containerd/containerd.sock';

/** The registry as containerd sees it; from the host it is at the node's address, same port. */
export const registryAddress = '127.0.0.1:5000';
export const registryFromHost = (layout: Layout): string => `${layout.nodeIp}:5000`;

export const s3Port = 7070;
export const s3TlsPort = 7443;
export const dnsReadyPort = 8181;
