module lazarette.test/cluster/definitions

go 1.26.0

require (
	github.com/container-storage-interface/spec v1.13.0
	github.com/kubernetes-csi/external-snapshotter/client/v8 v8.6.0
	k8s.io/kubelet v0.36.3
)
