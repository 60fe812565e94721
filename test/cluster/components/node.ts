import {kubeconfigFile} from '../kubeconfigs.ts';
import {containerRuntimeSocket, registryAddress} from './addresses.ts';
import type {Component, ComponentContext} from './component.ts';

/** Unless told, kubelet and controller manager make /usr/libexec/kubernetes on the host. */
export const volumePlugins = '/var/lib/kubelet/volume-plugins';

export function containerd({layout, binaries}: ComponentContext): Component {
	const config = layout.path('config/containerd.toml');
	const hosts = layout.path('config/hosts.d');
	const cni = layout.path('config/cni');
	return {
		name: 'containerd',
		argv: [binaries.command('containerd'), '-c', config],
		// The shim is looked up on PATH, and in no other way.
		environment: {PATH: `${binaries.folder('containerd')}:/usr/sbin:/usr/bin:/sbin:/bin`},
		files: {
			[config]: `version = 3
root = "${layout.path('containerd')}"
state = "/run/containerd"
[grpc]
  address = "${containerRuntimeSocket}"
[plugins.'io.containerd.internal.v1.opt']
  path = "${layout.path('containerd-opt')}"
[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = "${hosts}"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "registry.test/pause:1"
[plugins.'io.containerd.cri.v1.runtime']
  # Without CAP_SYS_RESOURCE runc otherwise fails to lower the score: "can't get final child's PID from pipe: EOF".
  restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["${binaries.folder('cni')}"]
  conf_dir = "${cni}"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
    BinaryName = "${binaries.command('runc')}"
    SystemdCgroup = false
`,
			[`${hosts}/registry.test/hosts.toml`]: `server = "http://${registryAddress}"
[host."http://${registryAddress}"]
  capabilities = ["pull", "resolve"]
`,
			[`${cni}/10-bridge.conflist`]: JSON.stringify({
				cniVersion: '1.0.0',
				name: 'bridge',
				plugins: [
					{
						type: 'bridge',
						bridge: 'cni0',
						isGateway: true,
						ipMasq: false,
						hairpinMode: true,
						ipam: {type: 'host-local', ranges: [[{subnet: layout.podCidr}]], routes: [{dst: '0.0.0.0/0'}]},
					},
					{type: 'portmap', backend: 'nftables', capabilities: {portMappings: true}},
				],
			}),
		},
	};
}

export function kubelet({layout, binaries}: ComponentContext): Component {
	const config = layout.path('config/kubelet.yaml');
	const resolvConf = layout.path('config/resolv.conf');
	return {
		name: 'kubelet',
		argv: [
			binaries.command('kubelet'),
			`--config=${config}`,
			`--kubeconfig=${kubeconfigFile(layout, 'kubelet')}`,
			'--root-dir=/var/lib/kubelet',
			`--hostname-override=${layout.nodeName}`,
			`--node-ip=${layout.nodeIp}`,
		],
		files: {
			[resolvConf]: `nameserver ${layout.dnsServiceIp}\n`,
			[config]: JSON.stringify(
				{
					apiVersion: 'kubelet.config.k8s.io/v1beta1',
					kind: 'KubeletConfiguration',
					address: layout.nodeIp,
					cgroupDriver: 'cgroupfs',
					cgroupRoot: layout.cgroup,
					failCgroupV1: false,
					failSwapOn: false,
					containerRuntimeEndpoint: `unix://${containerRuntimeSocket}`,
					authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: layout.path('pki/ca.crt')}},
					authorization: {mode: 'Webhook'},
					tlsCertFile: layout.path('pki/kubelet-serving.crt'),
					tlsPrivateKeyFile: layout.path('pki/kubelet-serving.key'),
					clusterDNS: [layout.dnsServiceIp],
					clusterDomain: 'cluster.local',
					resolvConf,
					enforceNodeAllocatable: ['pods'],
					// The machine's disk is shared with everything else on it; a test must not depend on how full that is.
					evictionHard: {},
					imageGCHighThresholdPercent: 100,
					serializeImagePulls: false,
					registryPullQPS: 0,
					kubeAPIQPS: 500,
					kubeAPIBurst: 1000,
					volumePluginDir: volumePlugins,
					podLogsDir: '/var/log/pods',
					makeIPTablesUtilChains: false,
					maxPods: 110,
				},
				undefined,
				'\t',
			),
		},
	};
}

export function kubeProxy({layout, binaries}: ComponentContext): Component {
	const config = layout.path('config/kube-proxy.yaml');
	return {
		name: 'kube-proxy',
		argv: [binaries.command('kube-proxy'), `--config=${config}`],
		files: {
			[config]: JSON.stringify({
				apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
				kind: 'KubeProxyConfiguration',
				clientConnection: {kubeconfig: kubeconfigFile(layout, 'kube-proxy')},
				mode: 'nftables',
				hostnameOverride: layout.nodeName,
				clusterCIDR: layout.podCidr,
				detectLocalMode: 'ClusterCIDR',
				healthzBindAddress: '127.0.0.1:10256',
				// nf_conntrack_max cannot be set inside a network namespace.
				conntrack: {maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s'},
			}),
		},
	};
}
