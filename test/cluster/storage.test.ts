import anyTest from 'ava';
import {isForeign, sharedCluster} from './_shared-cluster.ts';
import {claim, namespace, pod, snapshot} from './_objects.ts';
import type {ExecutionContext} from 'ava';
import type {Cluster} from './cluster.ts';

const test = isForeign ? anyTest.skip : anyTest;

type Space = {name: string; cluster: Cluster; kubectl: Cluster['kubectl']; finished: (pod: string) => Promise<string>};

/** A namespace of its own for a test, gone with it. */
async function space(t: ExecutionContext, name: string): Promise<Space> {
	const cluster = await sharedCluster();
	const full = `storage-${name}-${process.pid}`;
	await cluster.apply(namespace(full));
	t.teardown(async () => cluster.kubectl('delete', 'namespace', full, '--wait=false'));
	const kubectl: Cluster['kubectl'] = async (...argv) => cluster.kubectl(`--namespace=${full}`, ...argv);
	return {
		name: full,
		cluster,
		kubectl,
		async finished(pod) {
			await kubectl('wait', `pod/${pod}`, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s');
			return kubectl('logs', pod);
		},
	};
}

const fromSnapshot = {apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'cut'};

test('a snapshot is what the volume was at one instant, restored and cloned for files and for block devices', async t => {
	const {name, cluster, kubectl, finished} = await space(t, 'snapshots');
	const disk = {block: true};
	await cluster.apply(
		claim(name, 'files'),
		claim(name, 'disk', disk),
		pod(name, 'writer', {
			claims: {'/files': 'files'},
			devices: {'/dev/disk': 'disk'},
			script: 'echo before > /files/state; printf before | dd of=/dev/disk conv=notrunc; sync; sleep 3600',
		}),
	);
	await kubectl('wait', 'pod/writer', '--for=condition=Ready', '--timeout=60s');
	await kubectl('exec', 'writer', '--', 'sh', '-c', 'until grep -q before /files/state; do sleep 0.1; done; until head -c 6 /dev/disk | grep -q before; do sleep 0.1; done');
	await cluster.apply(snapshot(name, 'cut', 'files'), snapshot(name, 'cut-disk', 'disk'));
	for (const cut of ['cut', 'cut-disk']) await kubectl('wait', `volumesnapshot/${cut}`, '--for=jsonpath={.status.readyToUse}=true', '--timeout=60s');
	await kubectl('exec', 'writer', '--', 'sh', '-c', 'echo after > /files/state; printf after! | dd of=/dev/disk conv=notrunc; sync');

	await cluster.apply(
		claim(name, 'restored', {from: fromSnapshot}),
		claim(name, 'restored-disk', {...disk, from: {...fromSnapshot, name: 'cut-disk'}}),
		claim(name, 'cloned', {from: {kind: 'PersistentVolumeClaim', name: 'files'}}),
		pod(name, 'reader', {
			claims: {'/restored': 'restored', '/cloned': 'cloned'},
			devices: {'/dev/restored': 'restored-disk'},
			script: 'cat /restored/state; head -c 6 /dev/restored; echo; cat /cloned/state',
		}),
	);
	t.is(await finished('reader'), 'before\nbefore\nafter\n');
});

test('a snapshot class with a fault refuses, or is ready late', async t => {
	const {name, cluster, kubectl} = await space(t, 'faults');
	await cluster.apply(claim(name, 'data', {storageClass: 'btrfs-immediate'}));
	await kubectl('wait', 'pvc/data', '--for=jsonpath={.status.phase}=Bound', '--timeout=60s');
	await cluster.apply(snapshot(name, 'refused', 'data', 'btrfs-broken'), snapshot(name, 'late', 'data', 'btrfs-slow'));
	await kubectl('wait', 'volumesnapshot/refused', '--for=jsonpath={.status.error.message}', '--timeout=60s');
	t.regex(await kubectl('get', 'volumesnapshot/refused', '--output=jsonpath={.status.error.message}'), /snapshot refused by class parameter/);

	await kubectl('wait', 'volumesnapshot/late', '--for=jsonpath={.status.readyToUse}=false', '--timeout=60s');
	await kubectl('wait', 'volumesnapshot/late', '--for=jsonpath={.status.readyToUse}=true', '--timeout=60s');
	t.is(await kubectl('get', 'volumesnapshot/late', '--output=jsonpath={.status.error}'), '');
});

test('a volume with a quota is full when it says so', async t => {
	const {name, cluster, finished} = await space(t, 'quota');
	await cluster.apply(
		claim(name, 'small', {storageClass: 'btrfs-quota', bytes: '16Mi'}),
		pod(name, 'writer', {claims: {'/small': 'small'}, script: 'dd if=/dev/zero of=/small/file bs=1M count=32 conv=fsync 2>&1 || true'}),
	);
	t.regex(await finished('writer'), /Disk quota exceeded/);
});

test('the plain driver makes volumes, and no class offers snapshots of them', async t => {
	const {name, cluster, finished} = await space(t, 'plain');
	await cluster.apply(claim(name, 'data', {storageClass: 'plain'}), pod(name, 'writer', {claims: {'/data': 'data'}, script: 'echo written > /data/file; cat /data/file'}));
	t.is(await finished('writer'), 'written\n');
	const classes = await cluster.kubectl('get', 'volumesnapshotclasses', '--output=jsonpath={.items[*].driver}');
	t.false(classes.includes('plain'));
});
