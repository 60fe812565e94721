import test from 'ava';
import type {KubeError} from '../../src/kube/kube-error.ts';
import {configMaps, pods, secrets} from '../../src/kube/resources.ts';
import type {ConfigMap} from '../../src/kube/resources.ts';
import {addFinalizer, removeFinalizer} from '../../src/kube/runtime/finalizers.ts';
import {writeStatus} from '../../src/kube/runtime/status-writer.ts';
import {isForeign} from '../cluster/_shared-cluster.ts';
import {benchFor, clientFor, eventually, kubeconfigFile, openSockets} from './_kube-layer.ts';

const owner = (name: string, uid: string) => ({apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true});

test('two managers of one field are told of each other, and force takes the field over', async t => {
	const {kube, configMap, signal} = await benchFor(t);
	const shared = (value: string): ConfigMap => configMap('shared', {data: {colour: value}});
	await kube.apply(configMaps, shared('red'), {manager: 'one'}, signal);
	const conflict = (await t.throwsAsync(kube.apply(configMaps, shared('blue'), {manager: 'two'}, signal))) as KubeError;
	t.true(conflict.conflict);
	t.deepEqual(conflict.fields, ['.data.colour']);
	t.is((await kube.apply(configMaps, shared('blue'), {manager: 'two', force: true}, signal)).data?.['colour'], 'blue');
});

test('what an apply leaves out is removed, but only of its own fields', async t => {
	const {kube, configMap, signal, namespace} = await benchFor(t);
	await kube.apply(configMaps, configMap('x', {data: {mine: '1', also: '2'}}), {manager: 'one'}, signal);
	await kube.apply(configMaps, configMap('x', {data: {theirs: '3'}}), {manager: 'two'}, signal);
	await kube.apply(configMaps, configMap('x', {data: {mine: '1'}}), {manager: 'one'}, signal);
	t.deepEqual((await kube.get(configMaps, {namespace, name: 'x'}, signal))?.data, {mine: '1', theirs: '3'});
});

test('an object that is not there is no failure, a missing right or a refused field is one that names it', async t => {
	const {kube, namespace, signal, configMap} = await benchFor(t);
	t.is(await kube.get(configMaps, {namespace, name: 'none'}, signal), undefined);
	const refused = (await t.throwsAsync(kube.create(pods, {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'p', namespace}, spec: {containers: [{name: 'Bad!', image: 'x'}]}}, signal))) as KubeError;
	t.true(refused.invalid);
	t.deepEqual(refused.fields, ['spec.containers[0].name']);
	const large = (await t.throwsAsync(kube.create(configMaps, configMap('large', {data: {x: 'x'.repeat(4 * 1024 * 1024)}}), signal))) as KubeError;
	t.true(large.tooLarge || large.invalid, large.message);
	const secret = (await t.throwsAsync(
		kube.create(secrets, {apiVersion: 'v1', kind: 'Secret', metadata: {name: 's', namespace}, type: 'kubernetes.io/dockerconfigjson', stringData: {'.dockerconfigjson': 'hunter2'}}, signal),
	)) as KubeError;
	t.true(secret.invalid);
	t.false(secret.message.includes('hunter2'));
});

test('ensuring an object twice makes one, also when both happen at once', async t => {
	const {kube, configMap, signal} = await benchFor(t);
	const parent = await kube.create(configMaps, configMap('parent'), signal);
	const child = configMap('child', {metadata: {...configMap('child').metadata, ownerReferences: [owner('parent', parent.metadata.uid!)]}, data: {from: 'first'}});
	const made = await Promise.all(Array.from({length: 8}, async () => kube.ensure(configMaps, child, signal)));
	t.is(new Set(made.map(object => object.metadata.uid)).size, 1);
	const again = await kube.ensure(configMaps, {...child, data: {from: 'second'}}, signal);
	t.is(again.data?.['from'], 'first', 'the live object is returned as it is');
});

test('an object of another owner is never adopted, not even a child of a deleted namesake', async t => {
	const {kube, configMap, signal} = await benchFor(t);
	const parent = await kube.create(configMaps, configMap('parent'), signal);
	const childOf = (uid: string): ConfigMap => configMap('child', {metadata: {...configMap('child').metadata, ownerReferences: [owner('parent', uid)]}});
	await kube.ensure(configMaps, childOf(parent.metadata.uid!), signal);
	const error = (await t.throwsAsync(kube.ensure(configMaps, childOf('00000000-0000-0000-0000-000000000000'), signal))) as KubeError;
	t.true(error.notOurs);
	t.regex(error.message, /belongs to ConfigMap parent/);
	const free = (await t.throwsAsync(kube.ensure(configMaps, configMap('child'), signal))) as KubeError;
	t.true(free.notOurs, 'without an owner or labels to go by, nothing is ours');
});

test('where no owner can be named, all labels stand for it', async t => {
	const {kube, configMap, signal} = await benchFor(t);
	const labelled = (uid: string): ConfigMap => configMap('x', {metadata: {...configMap('x').metadata, labels: {'lazarette.dev/for': uid}}});
	const made = await kube.ensure(configMaps, labelled('a'), signal);
	t.is((await kube.ensure(configMaps, labelled('a'), signal)).metadata.uid, made.metadata.uid);
	const other = (await t.throwsAsync(kube.ensure(configMaps, labelled('b'), signal))) as KubeError;
	t.true(other.notOurs);
});

test('a deletion never hits a namesake that was made since', async t => {
	const {kube, configMap, signal, namespace} = await benchFor(t);
	const ref = {namespace, name: 'x'};
	const first = await kube.create(configMaps, configMap('x'), signal);
	t.true(await kube.remove(configMaps, ref, {uid: first.metadata.uid}, signal));
	t.false(await kube.remove(configMaps, ref, {uid: first.metadata.uid}, signal));
	const second = await kube.create(configMaps, configMap('x'), signal);
	t.false(await kube.remove(configMaps, ref, {uid: first.metadata.uid}, signal));
	t.is((await kube.get(configMaps, ref, signal))?.metadata.uid, second.metadata.uid);
	const stale = (await t.throwsAsync(kube.remove(configMaps, ref, {uid: second.metadata.uid, resourceVersion: '1'}, signal))) as KubeError;
	t.true(stale.conflict);
});

test('a list longer than a page is complete and of one state', async t => {
	const {kube, configMap, signal, namespace} = await benchFor(t);
	await Promise.all(Array.from({length: 620}, async (_, index) => kube.create(configMaps, configMap(`cm-${index}`), signal)));
	const sizes: number[] = [];
	const versions = new Set<string>();
	const names = new Set<string>();
	for await (const page of kube.list(configMaps, {namespace}, signal)) {
		sizes.push(page.items.length);
		versions.add(page.resourceVersion);
		for (const {metadata, kind, apiVersion} of page.items) {
			names.add(metadata.name);
			if (kind !== 'ConfigMap' || apiVersion !== 'v1') t.fail('items of built-in kinds must get their kind back');
		}
	}

	t.is(sizes[0], 250);
	t.is(sizes.length, 3);
	t.is(versions.size, 1);
	t.true(Array.from({length: 620}, (_, index) => `cm-${index}`).every(name => names.has(name)));
});

test.serial('two hundred calls in a row share a connection or two, a hundred at once no more than the limit, and closing ends them all', async t => {
	const {kube, signal} = await benchFor(t);
	for (let count = 0; count < 200; count++) await kube.rawGet('/version', signal);
	t.true((await openSockets()) <= 3);
	await Promise.all(Array.from({length: 100}, async () => kube.rawGet('/version', signal)));
	t.true((await openSockets()) <= 32);
	const other = clientFor(await kubeconfigFile());
	const before = await openSockets();
	await other.rawGet('/readyz', signal);
	t.is(await openSockets(), before + 1);
	await other.close();
	await eventually('the closed client has no connection', async () => (await openSockets()) === before);
	const late = (await t.throwsAsync(other.rawGet('/version', signal))) as KubeError;
	t.is(late.reason, 'Closed');
});

test.serial('an aborted call ends at once with its reason and leaves no connection behind', async t => {
	const {kube, namespace, signal} = await benchFor(t);
	await kube.rawGet('/version', signal);
	const before = await openSockets();
	const caller = new AbortController();
	const watching = (async () => {
		for await (const event of kube.watch(configMaps, {namespace, resourceVersion: '0', timeoutSeconds: 300}, caller.signal)) if (event.type === 'BOOKMARK') t.log('a bookmark');
	})();
	await eventually('the watch is open', async () => (await openSockets()) > before);
	caller.abort(new Error('enough'));
	await t.throwsAsync(watching, {message: 'enough'});
	await eventually('its connection is gone', async () => (await openSockets()) <= before);
	await t.throwsAsync(kube.rawGet('/version', caller.signal), {message: 'enough'});
});

test('a pod\'s log is read from its end and never beyond the limit', async t => {
	const {kube, namespace, signal} = await benchFor(t);
	await kube.create(
		pods,
		{
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: {name: 'talker', namespace},
			spec: {restartPolicy: 'Never', containers: [{name: 'main', image: isForeign ? (process.env['LAZARETTE_BUSYBOX_IMAGE'] ?? 'busybox:1.36') : 'registry.test/busybox:1', command: ['sh', '-c', 'i=1; while [ $i -le 1000 ]; do echo "line $i"; i=$((i+1)); done']}]},
		},
		signal,
	);
	await eventually('the pod has ended', async () => (await kube.get(pods, {namespace, name: 'talker'}, signal))?.status?.phase === 'Succeeded', 60_000);
	t.is(await kube.podLog({namespace, name: 'talker'}, {tailLines: 2}, signal), 'line 999\nline 1000\n');
	t.is((await kube.podLog({namespace, name: 'talker'}, {limitBytes: 100}, signal)).length, 100);
	t.regex(await kube.podLog({namespace, name: 'talker'}, {tailLines: 1, timestamps: true, container: 'main'}, signal), /^\d{4}-\d\d-\d\dT.* line 1000\n$/);
	const error = (await t.throwsAsync(kube.podLog({namespace, name: 'nobody'}, {}, signal))) as KubeError;
	t.true(error.notFound);
});

test('a finalizer keeps an object until it is removed, and is only set on the version that was read', async t => {
	const {kube, configMap, signal, namespace} = await benchFor(t);
	const finalizer = 'lazarette.dev/test';
	const made = await kube.create(configMaps, configMap('x'), signal);
	const held = await addFinalizer(kube, configMaps, made, finalizer, signal);
	t.deepEqual(held.metadata.finalizers, [finalizer]);
	t.is(await addFinalizer(kube, configMaps, held, finalizer, signal), held, 'nothing is written twice');
	const stale = (await t.throwsAsync(removeFinalizer(kube, configMaps, {...made, metadata: {...made.metadata, finalizers: [finalizer]}}, finalizer, signal))) as KubeError;
	t.true(stale.conflict);

	await kube.remove(configMaps, {namespace, name: 'x'}, {}, signal);
	const going = await kube.get(configMaps, {namespace, name: 'x'}, signal);
	t.truthy(going?.metadata.deletionTimestamp);
	await removeFinalizer(kube, configMaps, going!, finalizer, signal);
	t.is(await kube.get(configMaps, {namespace, name: 'x'}, signal), undefined);
});

test('a status is written through its subresource, not again when it is the same, and not to a namesake', async t => {
	const {kube, namespace, signal} = await benchFor(t);
	const made = await kube.create(pods, {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'p', namespace}, spec: {nodeName: 'nowhere', containers: [{name: 'main', image: 'x'}]}}, signal);
	const target = {kube, resource: pods, manager: 'lazarette-test', signal};
	const written = await writeStatus(target, made, {...made.status, reason: 'Tested', message: undefined as never});
	t.is(written.status?.reason, 'Tested');
	t.is(written.metadata.generation, made.metadata.generation);
	t.is(await writeStatus(target, written, {...written.status}), written);
	const namesake = (await t.throwsAsync(writeStatus(target, {...written, metadata: {...written.metadata, uid: '00000000-0000-0000-0000-000000000000'}}, {...written.status, reason: 'Wrong'}))) as KubeError;
	t.true(namesake.conflict, namesake.message);
	const gone = (await t.throwsAsync(writeStatus(target, {...written, metadata: {name: 'never', namespace}}, {reason: 'Wrong'}))) as KubeError;
	t.true(gone.notFound, gone.message);
});
