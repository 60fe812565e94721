import {spawn} from 'node:child_process';
import {access} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import test from 'ava';
import {stopCluster} from './down.ts';
import {layoutOf} from './layout.ts';
import {claim, namespace, pod} from './_objects.ts';
import {leftoversOf, usualFolders} from './_leftovers.ts';
import {claimRecord} from './record.ts';
import {startCluster} from './up.ts';
import {waitUntil} from './wait-until.ts';
import type {Cluster} from './cluster.ts';
import type {Layout} from './layout.ts';

// The name of a cluster that scripts/e2e.ts removes should this process be killed.
const name = `e2e-${process.pid}`;

let cluster: Cluster;
let layout: Layout;
let foldersBefore: string[];

test.before(async () => {
	foldersBefore = await usualFolders();
	layout = layoutOf(name, (await claimRecord(name)).slot);
});

test.after.always(async () => stopCluster({name, wipe: true}));

test.serial('a new cluster comes up with every component, a ready node and user namespaces', async t => {
	cluster = await startCluster({name});
	t.deepEqual((await cluster.components()).filter(component => !component.running), []);
	const node = JSON.parse(await cluster.kubectl('get', 'node', cluster.nodeName, '--output=json')) as {status: {runtimeHandlers: {features: {userNamespaces: boolean}}[]}};
	t.true(node.status.runtimeHandlers.length > 0 && node.status.runtimeHandlers.every(handler => handler.features.userNamespaces));
});

test.serial('bringing up a running cluster changes nothing in it', async t => {
	const processes = async (): Promise<string> => cluster.exec(['sh', '-c', 'cd /run/lazarette/components; for name in *; do echo $name $(cat $name); done']);
	const before = await processes();
	await startCluster({name});
	t.is(await processes(), before);
});

test.serial('a component that was killed comes back with the next start', async t => {
	await cluster.kill('kubelet');
	t.deepEqual((await cluster.components()).filter(component => !component.running), [{name: 'kubelet', running: false}]);
	await startCluster({name});
	t.deepEqual((await cluster.components()).filter(component => !component.running), []);
});

test.serial('a sidecar that was killed comes back by itself', async t => {
	const pid = async (): Promise<string> => cluster.exec(['pidof', 'csi-snapshotter']);
	const before = await pid();
	await cluster.kill('csi-snapshotter-btrfs');
	t.not(await waitUntil('another csi-snapshotter', pid, {timeoutMs: 10_000}), before);
});

test.serial('after a power cut the node boots again with its pods and their data', async t => {
	await cluster.apply(
		namespace('power'),
		claim('power', 'files'),
		claim('power', 'disk', {block: true}),
		pod('power', 'writer', {
			claims: {'/files': 'files'},
			devices: {'/dev/disk': 'disk'},
			restartPolicy: 'Always',
			script: 'test -e /files/first || { echo kept > /files/first; printf kept | dd of=/dev/disk conv=fsync; sync; }; echo started; while :; do sleep 3600; done',
		}),
	);
	await cluster.kubectl('--namespace=power', 'wait', '--for=condition=Ready', 'pod/writer', '--timeout=60s');
	t.is(await cluster.kubectl('--namespace=power', 'exec', 'writer', '--', 'cat', '/files/first'), 'kept\n');

	await cluster.powerCut();
	t.deepEqual(await leftoversOf(layout), []);

	await startCluster({name});
	await cluster.kubectl('--namespace=power', 'wait', '--for=jsonpath={.status.containerStatuses[0].restartCount}=1', 'pod/writer', '--timeout=90s');
	await cluster.kubectl('--namespace=power', 'wait', '--for=condition=Ready', 'pod/writer', '--timeout=60s');
	const read = ['--namespace=power', 'exec', 'writer', '--'];
	t.is(await cluster.kubectl(...read, 'cat', '/files/first'), 'kept\n');
	t.is(await cluster.kubectl(...read, 'head', '-c', '4', '/dev/disk'), 'kept');
});

test.serial('a start that is killed at any moment is made good by the next one', async t => {
	for (const moment of [300 + Math.random() * 800, 1100 + Math.random() * 3000]) {
		await cluster.powerCut();
		const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'up', '--name', name], {stdio: 'ignore'});
		await delay(moment);
		child.kill('SIGKILL');
		t.log(`killed after ${Math.round(moment)} ms`);
		await startCluster({name});
		t.deepEqual((await cluster.components()).filter(component => !component.running), []);
	}
});

test.serial('down leaves nothing on the machine, even with a block volume in use', async t => {
	await cluster.kubectl('--namespace=power', 'wait', '--for=condition=Ready', 'pod/writer', '--timeout=90s');
	await stopCluster({name, wipe: true});
	t.deepEqual(await leftoversOf(layout), []);
	t.deepEqual(await usualFolders(), foldersBefore);
	await t.throwsAsync(access(layout.home), {code: 'ENOENT'});
});
