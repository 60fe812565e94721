// The package's index evaluates every generated API; its config module alone is what we need, and the package has no export map.
import {KubeConfig} from '@kubernetes/client-node/dist/config.js';

export type {KubeConfig} from '@kubernetes/client-node/dist/config.js';

/**
Where the API server is and who we are: `path` when given, else KUBECONFIG, `~/.kube/config`, or the pod's ServiceAccount.
In a pod, `inCluster` makes the ServiceAccount win over whatever files the image may hold.
*/
export function loadKubeConfig(options: {path?: string | undefined; context?: string | undefined; inCluster?: boolean} = {}): KubeConfig {
	const config = new KubeConfig();
	if (options.path) config.loadFromFile(options.path);
	else if (options.inCluster) config.loadFromCluster();
	else config.loadFromDefault();

	if (options.context) config.setCurrentContext(options.context);
	return config;
}
