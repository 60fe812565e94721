import {registryFromHost, s3Port, s3TlsPort} from './components/addresses.ts';
import {auditLog} from './components/control-plane.ts';
import {kubeconfigFile} from './kubeconfigs.ts';
import type {Layout} from './layout.ts';
import type {ClusterRecord} from './record.ts';

/** Where a cluster is reached; known without asking it. */
export type ClusterAccess = {
	name: string;
	/** File with the admin's access. */
	kubeconfig: string;
	nodeName: string;
	nodeIp: string;
	/** Registry address on the host, for pushing; pods name its images `registry.test/NAME:TAG`. */
	registry: string;
	s3: S3Access;
	/** Where kubectl keeps what it learned of the server; in its usual place that would be mistaken for a later cluster's at the same address. */
	kubectlCache: string;
	/** JSON lines, one for each finished request, at level Metadata. */
	auditLog: string;
	/** Folder with each component's log. */
	logs: string;
};

export type S3Access = {
	/** From the host. */
	endpoint: string;
	tlsEndpoint: string;
	endpointInCluster: string;
	tlsEndpointInCluster: string;
	region: string;
	accessKeyId: string;
	secretAccessKey: string;
	/** Signed the TLS certificate. Pods have the same authority as `ca.crt` beside their service account's token. */
	caFile: string;
};

export const clusterAccess = (layout: Layout, record: ClusterRecord): ClusterAccess => ({
	name: layout.name,
	kubeconfig: kubeconfigFile(layout, 'admin'),
	nodeName: layout.nodeName,
	nodeIp: layout.nodeIp,
	registry: registryFromHost(layout),
	s3: {
		endpoint: `http://${layout.nodeIp}:${s3Port}`,
		tlsEndpoint: `https://${layout.nodeIp}:${s3TlsPort}`,
		endpointInCluster: 'http://s3.s3.svc',
		tlsEndpointInCluster: 'https://s3.s3.svc',
		region: 'us-east-1',
		...record.s3,
		caFile: layout.path('pki/ca.crt'),
	},
	kubectlCache: layout.path('tmp/kubectl'),
	auditLog: auditLog({layout}),
	logs: layout.path('log'),
});

/** The same as shell variables. */
export const environmentOf = ({name, kubeconfig, kubectlCache, nodeIp, registry, s3, auditLog, logs}: ClusterAccess): Record<string, string> => ({
	KUBECONFIG: kubeconfig,
	KUBECACHEDIR: kubectlCache,
	LAZARETTE_CLUSTER: name,
	LAZARETTE_NODE_IP: nodeIp,
	LAZARETTE_REGISTRY: registry,
	LAZARETTE_AUDIT_LOG: auditLog,
	LAZARETTE_LOGS: logs,
	LAZARETTE_S3_ENDPOINT: s3.endpoint,
	LAZARETTE_S3_TLS_ENDPOINT: s3.tlsEndpoint,
	LAZARETTE_S3_ENDPOINT_IN_CLUSTER: s3.endpointInCluster,
	LAZARETTE_S3_TLS_ENDPOINT_IN_CLUSTER: s3.tlsEndpointInCluster,
	LAZARETTE_S3_REGION: s3.region,
	LAZARETTE_S3_CA_FILE: s3.caFile,
	LAZARETTE_S3_ACCESS_KEY_ID: s3.accessKeyId,
	LAZARETTE_S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
});
