/**
What the cluster is made of, one Go module each: `test/cluster/go/<name>/go.mod` pins the versions and lists the commands as tools.
A module of its own keeps one project's dependencies from changing another's; the CSI commands share one because they agree on theirs.
*/
export type Group = {
	title: string;
	/** The module whose version stands for the group. */
	module: string;
	cgo?: true;
	tags?: readonly string[];
	/** Variables that a release build of the project sets to its version and the sources leave empty. */
	stamp?: (version: string) => Record<string, string>;
};

export const groups = {
	kubernetes: {title: 'Kubernetes', module: 'k8s.io/kubernetes', stamp: kubernetesVersion},
	etcd: {title: 'etcd', module: 'go.etcd.io/etcd/server/v3'},
	containerd: {title: 'containerd', module: 'github.com/containerd/containerd/v2', tags: ['no_btrfs', 'no_devmapper', 'no_zfs']},
	runc: {title: 'runc', module: 'github.com/opencontainers/runc', cgo: true, tags: ['seccomp']},
	cni: {title: 'CNI plugins', module: 'github.com/containernetworking/plugins'},
	coredns: {title: 'CoreDNS', module: 'github.com/coredns/coredns'},
	csi: {title: 'CSI sidecars and csi-sanity', module: 'github.com/kubernetes-csi/external-snapshotter/v8'},
	versitygw: {title: 'versitygw (S3)', module: 'github.com/versity/versitygw'},
	helm: {title: 'Helm', module: 'helm.sh/helm/v4'},
} satisfies Record<string, Group>;

export type GroupName = keyof typeof groups;

/** What `up` needs; the others are built when something asks for them. */
export const clusterGroups = ['kubernetes', 'etcd', 'containerd', 'runc', 'cni', 'coredns', 'csi', 'versitygw'] as const satisfies readonly GroupName[];

function kubernetesVersion(version: string): Record<string, string> {
	const [major = '', minor = ''] = version.replace('v', '').split('.');
	return Object.fromEntries(
		['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap(path => [
			[`${path}.gitVersion`, version],
			[`${path}.gitMajor`, major],
			[`${path}.gitMinor`, minor],
			[`${path}.gitTreeState`, 'clean'],
		]),
	);
}
