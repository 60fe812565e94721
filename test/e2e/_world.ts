import {isForeign, sharedCluster} from '../cluster/_shared-cluster.ts';
import type {Cluster} from '../cluster/cluster.ts';
import {nodeView} from './_node-view.ts';
import type {NodeView} from './_node-view.ts';

/** What the suites run against; the same for all tests of a process. */
export type World = {
	kubeconfig: string;
	/** The image under test, as nodes pull it. */
	image: string;
	/** An image with a shell. */
	busybox: string;
	operatorNamespace: string;
	s3: StoreAccess;
	/** Only of a cluster that this project made: the machine under it. */
	own?: {cluster: Cluster; node: NodeView};
};

export type StoreAccess = {endpoint: string; endpointInCluster: string; region: string; accessKeyId: string; secretAccessKey: string};

let found: Promise<World> | undefined;

export const world = async (): Promise<World> => (found ??= findWorld());

async function findWorld(): Promise<World> {
	const image = process.env.LAZARETTE_IMAGE;
	if (!image) throw new Error('LAZARETTE_IMAGE names the image that the installed operator runs; "npm run e2e" sets it, and installs both');
	const shared = {image, operatorNamespace: process.env.LAZARETTE_NAMESPACE ?? 'lazarette-system'};
	if (isForeign) {
		return {...shared, kubeconfig: process.env.KUBECONFIG!, busybox: process.env.LAZARETTE_BUSYBOX_IMAGE ?? 'busybox:1.36', s3: storeOfEnvironment()};
	}

	const cluster = await sharedCluster();
	const {endpoint, endpointInCluster, region, accessKeyId, secretAccessKey} = cluster.s3;
	return {
		...shared,
		kubeconfig: cluster.kubeconfig,
		busybox: 'registry.test/busybox:1',
		s3: {endpoint, endpointInCluster, region, accessKeyId, secretAccessKey},
		own: {cluster, node: await nodeView(cluster.name)},
	};
}

function storeOfEnvironment(): StoreAccess {
	const read = (name: string): string => {
		const value = process.env[`LAZARETTE_S3_${name}`];
		if (!value) throw new Error(`on a cluster of your own the suites need an S3 store that pods and this machine reach: set LAZARETTE_S3_${name}`);
		return value;
	};
	const endpoint = read('ENDPOINT');
	return {
		endpoint,
		endpointInCluster: process.env.LAZARETTE_S3_ENDPOINT_IN_CLUSTER ?? endpoint,
		region: process.env.LAZARETTE_S3_REGION ?? 'us-east-1',
		accessKeyId: read('ACCESS_KEY_ID'),
		secretAccessKey: read('SECRET_ACCESS_KEY'),
	};
}
