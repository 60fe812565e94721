import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import anyTest from 'ava';
import type {TestFn} from 'ava';
import {projectRoot} from '../../scripts/suite/run-ava.ts';
import {volumeBackups} from '../../src/controllers/resources.ts';
import {isForeign} from '../cluster/_shared-cluster.ts';
import {environmentOf} from '../cluster/access.ts';
import {stopCluster} from '../cluster/down.ts';
import {pushImage} from '../cluster/images.ts';
import {startCluster} from '../cluster/up.ts';
import type {Cluster} from '../cluster/cluster.ts';
import {applyBackup, claimWith, conditionOf, ended, noLeftovers, repositoryFor, restic, spaceOf, storeGate} from './_cluster.ts';
import {chart, helmFor} from './_helm.ts';
import {mostMoversAtOnce} from './_mover-times.ts';
import {moverJobs} from './_movers.ts';
import {operatorPods} from './_operator.ts';
import {repositorySpec} from './_specs.ts';

// These install and remove the operator itself, so they need a cluster that nobody else uses. A run that was killed leaves it to scripts/e2e.ts, which knows it by its name.
const name = `e2e-${process.pid}`;

type Installation = {cluster: Cluster; image: {repository: string; tag: string}};

const test = anyTest as TestFn<Installation>;
const own = isForeign ? test.serial.skip : test.serial;

if (!isForeign) {
	test.before(async t => {
		const image = process.env.LAZARETTE_IMAGE!.replace('registry.test/', '');
		const cluster = await startCluster({name});
		// What makes claims and repositories for tests makes them here.
		Object.assign(process.env, environmentOf(cluster));
		await pushImage({tag: image, registry: cluster.registry});
		const [repository = '', tag = ''] = image.split(':');
		Object.assign(t.context, {cluster, image: {repository: `registry.test/${repository}`, tag}});
	});
	test.after.always(async () => stopCluster({name, wipe: true}));
}

const ready = async ({cluster}: Installation, count: number): Promise<unknown> =>
	cluster.kubectl('--namespace=lazarette-system', 'wait', 'deployment/lazarette', `--for=jsonpath={.status.readyReplicas}=${count}`, '--timeout=120s');

const seenBy = async ({cluster}: Installation, namespace: string): Promise<string> => cluster.kubectl('--namespace', namespace, 'get', 'backuprepository/kept', '--output=jsonpath={.status.conditions[?(@.type=="Ready")].reason}');

/** An object that cannot become Ready but is judged at once. */
const kept = (namespace: string): object => ({apiVersion: 'lazarette.dev/v1alpha1', kind: 'BackupRepository', metadata: {name: 'kept', namespace}, spec: repositorySpec()});

own('the chart installs, upgrades and uninstalls, and leaves the definitions and every object when it goes', async t => {
	const {cluster, image} = t.context;
	const helm = await helmFor(t, cluster.kubeconfig);
	const release = ['lazarette', chart, '--namespace=lazarette-system', '--set', `image.repository=${image.repository},image.tag=${image.tag}`, '--wait', '--timeout=120s'];
	await helm('install', ...release, '--create-namespace', '--set', 'replicas=1');
	await ready(t.context, 1);
	await cluster.apply(kept('default'));
	await cluster.kubectl('wait', 'backuprepository/kept', '--for=jsonpath={.status.observedGeneration}=1', '--timeout=60s');
	t.is(await seenBy(t.context, 'default'), 'SecretNotFound');

	await helm('upgrade', ...release, '--set', 'replicas=2');
	await ready(t.context, 2);

	await helm('uninstall', 'lazarette', '--namespace=lazarette-system', '--wait');
	t.is(await cluster.kubectl('--namespace=lazarette-system', 'get', 'deployments', '--output=name'), '');
	t.is((await cluster.kubectl('get', 'customresourcedefinitions', '--output=name')).match(/lazarette\.dev/gv)?.length, 4);
	t.is(await cluster.kubectl('get', 'backuprepositories', '--output=name'), 'backuprepository.lazarette.dev/kept\n');
});

own('an operator that is upgraded by its chart while a mover works goes on with it, and holds it against the limits of its new values', async t => {
	const {cluster, image} = t.context;
	const helm = await helmFor(t, cluster.kubeconfig);
	const install = async (tag: string, limits: string): Promise<unknown> =>
		helm('upgrade', '--install', 'lazarette', chart, '--namespace=lazarette-system', '--create-namespace', '--set', `image.repository=${image.repository},image.tag=${tag},replicas=1,${limits}`, '--wait', '--timeout=120s');
	await install(image.tag, 'limits.movers=20');
	const gate = await storeGate(t);
	const [claim, repository] = await Promise.all([claimWith(t), repositoryFor(t, {s3: {endpoint: gate.endpoint}})]);
	const space = await spaceOf(t);
	const reached = gate.stopAt({matches: ({method, path}) => method === 'PUT' && path.includes('/data/'), when: 'before'});
	const direct = {capture: {method: 'Direct'}} as const;
	const first = await applyBackup(t, claim, direct);
	await reached;

	const [before] = await operatorPods(space);
	const next = await tagAgain(cluster, image, 'next');
	await install(next, 'limits.moversPerNamespace=1');
	const after = await operatorPods(space);
	t.deepEqual(after.map(({spec}) => spec?.containers[0]?.image), [`${image.repository}:${next}`]);
	t.not(after[0]!.metadata.uid, before!.metadata.uid);
	const second = await applyBackup(t, claim, direct);
	const isHeldBack = async (by: RegExp): Promise<unknown> =>
		space.seen.until(`the second run is held back by ${by.source}`, () => conditionOf(space.seen.get(volumeBackups, second), 'Ready')?.reason === 'Queued' && by.test(conditionOf(space.seen.get(volumeBackups, second), 'Ready')!.message));
	await isHeldBack(/; limit of namespace \S+ is 1 mover$/v);
	await install(next, 'limits.moversPerNode=1');
	await isHeldBack(/; limit of (?:node \S+|each node) is 1 mover$/v);

	gate.open();
	for (const name of [first, second]) {
		const run = await ended(space, volumeBackups, name);
		t.is(run.status.outcome, 'Succeeded', conditionOf(run, 'Ready')?.message);
		t.is(run.status.volumes![0]!.attempts, 1);
		t.is(moverJobs(space, run).length, 1);
	}

	t.is(mostMoversAtOnce(space), 1);
	t.is((JSON.parse(await restic(repository, 'snapshots', '--json')) as unknown[]).length, 2);
	await noLeftovers(t);
	// The namespace goes while there is an operator.
	await space.dissolve();
	await helm('uninstall', 'lazarette', '--namespace=lazarette-system', '--wait');
});

own('with watchNamespaces the operator works in those namespaces and has rights in no other', async t => {
	const {cluster, image} = t.context;
	const helm = await helmFor(t, cluster.kubeconfig);
	for (const namespace of ['watched', 'ignored']) await cluster.apply({apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
	await helm('install', 'lazarette', chart, '--namespace=lazarette-system', '--create-namespace', '--set', `image.repository=${image.repository},image.tag=${image.tag},replicas=1,watchNamespaces={watched}`, '--wait', '--timeout=120s');
	await cluster.apply(kept('ignored'));
	await cluster.apply(kept('watched'));
	await cluster.kubectl('--namespace=watched', 'wait', 'backuprepository/kept', '--for=jsonpath={.status.observedGeneration}=1', '--timeout=60s');
	t.is(await seenBy(t.context, 'watched'), 'SecretNotFound');
	t.is(await seenBy(t.context, 'ignored'), '');

	const may = async (verb: string, resource: string, namespace: string): Promise<string> => (await cluster.kubectl('auth', 'can-i', verb, resource, '--namespace', namespace, '--as=system:serviceaccount:lazarette-system:lazarette').catch((error: Error) => (error.message.includes('no') ? 'no' : String(error)))).trim();
	t.is(await may('create', 'jobs', 'watched'), 'yes');
	t.is(await may('create', 'jobs', 'ignored'), 'no');
	t.is(await may('get', 'secrets', 'ignored'), 'no');
	await helm('uninstall', 'lazarette', '--namespace=lazarette-system', '--wait');
});

own('deploy/base runs as it is, with no more than an image named in an overlay', async t => {
	const {cluster, image} = t.context;
	const overlay = await mkdtemp(join(tmpdir(), 'lazarette-overlay-'));
	t.teardown(async () => rm(overlay, {recursive: true, force: true}));
	await writeFile(join(overlay, 'kustomization.yaml'), JSON.stringify({resources: [relative(overlay, join(projectRoot, 'deploy/base'))], images: [{name: 'lazarette', newName: image.repository, newTag: image.tag}]}));
	const applied = await cluster.kubectl('apply', '--server-side', '--force-conflicts', '--kustomize', overlay);
	t.regex(applied, /deployment\.apps\/lazarette serverside-applied/v);
	await ready(t.context, 2);
	await cluster.apply(kept('default'));
	await cluster.kubectl('wait', 'backuprepository/kept', '--for=jsonpath={.status.observedGeneration}=1', '--timeout=60s');
	await cluster.kubectl('delete', '--kustomize', overlay, '--wait=false');
});

test('the chart refuses values that it does not know or that cannot be', async t => {
	const helm = await helmFor(t);
	const refused = async (...values: string[]): Promise<string> => (await t.throwsAsync(helm('template', 'lazarette', chart, ...values.flatMap(value => ['--set', value])), undefined, values.join(' '))).message;
	t.regex(await refused('replicas=0'), /replicas.*minimum/sv);
	t.regex(await refused('image.digest=sha256:short'), /digest/v);
	t.regex(await refused('imagge.tag=1'), /imagge/v);
	t.regex(await refused('operator.logLevel=loud'), /logLevel/v);
});

test('the chart has no fault that helm lint knows', async t => {
	const helm = await helmFor(t);
	t.regex(await helm('lint', '--strict', chart), /1 chart\(s\) linted, 0 chart\(s\) failed/v);
});

test('every switch of the chart gives objects that kubectl reads', async t => {
	const helm = await helmFor(t);
	const text = await helm('template', 'lazarette', chart, '--set', 'networkPolicy.enabled=true,metrics.serviceMonitor=true,rbac.aggregate=true,image.digest=sha256:' + 'a'.repeat(64));
	for (const kind of ['CustomResourceDefinition', 'Deployment', 'ClusterRole', 'Role', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceMonitor']) t.regex(text, new RegExp(`^kind: ${kind}$`, 'mv'), kind);
	t.regex(text, /image: "?lazarette@sha256:a{64}/v);
	t.notRegex(text, /latest/v);
});

/** The same image under another tag, by the registry's own interface. */
async function tagAgain({registry}: Cluster, {repository, tag}: Installation['image'], other: string): Promise<string> {
	const manifests = `http://${registry}/v2/${repository.replace('registry.test/', '')}/manifests`;
	const accept = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'].join(', ');
	const found = await fetch(`${manifests}/${tag}`, {headers: {accept}});
	if (!found.ok) throw new Error(`the registry has no ${repository}:${tag}: ${found.status}`);
	const made = await fetch(`${manifests}/${other}`, {method: 'PUT', headers: {'content-type': found.headers.get('content-type')!}, body: await found.text()});
	if (!made.ok) throw new Error(`the registry refuses another tag: ${made.status} ${await made.text()}`);
	return other;
}
