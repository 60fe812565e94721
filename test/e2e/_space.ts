import {randomBytes} from 'node:crypto';
import type {ExecutionContext} from 'ava';
import type {KubeClient} from '../../src/kube/client/kube-client.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import type {Resource} from '../../src/kube/resource.ts';
import {events, jobs, namespaces, persistentVolumeClaims, pods, serviceAccounts} from '../../src/kube/resources.ts';
import {volumeSnapshots} from '../../src/kube/snapshot-resources.ts';
import {backupRepositories, volumeBackups, volumeBackupSchedules, volumeRestores} from '../../src/controllers/resources.ts';
import {waitUntil} from '../cluster/wait-until.ts';
import {accountOf} from './_account.ts';
import {audit} from './_audit.ts';
import {clientFor} from './_kube-layer.ts';
import {timelineOf} from './_timeline.ts';
import {takeTurn} from './_turns.ts';
import {world} from './_world.ts';
import {watchEverything} from './_seen.ts';
import type {Seen} from './_seen.ts';
import type {World} from './_world.ts';

/** A namespace of a test's own, and all that the test does in it. */
export type Space = {
	name: string;
	podSecurity: PodSecurity;
	world: World;
	kube: KubeClient;
	seen: Seen;
	/** Aborts when the test is over. */
	signal: AbortSignal;
	/** Texts that nothing may ever tell; `audit` looks for them. */
	secrets: Set<string>;
	create<T extends KubeObject>(resource: Resource<T>, object: Unplaced<T>): Promise<T>;
	/** Waits until the object is gone. */
	remove(resource: Resource, name: string, options?: {gracePeriodSeconds?: number; wait?: boolean}): Promise<void>;
	/** Deletes the namespace and waits until nothing of it is left. @returns seconds */
	dissolve(): Promise<number>;
};

export type PodSecurity = 'privileged' | 'baseline' | 'restricted';

/** An object before it is put into the namespace. */
export type Unplaced<T extends KubeObject> = Omit<T, 'metadata' | 'apiVersion' | 'kind' | 'status' | 'spec'> & {metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>}; spec?: unknown};

export type NamespaceWish = {podSecurity?: PodSecurity; annotations?: Record<string, string>};

/** For an operator that is run from source and watches these namespaces alone. */
const namesGiven = process.env.LAZARETTE_E2E_NAMESPACES?.split(',') ?? [];

/** Everything in it, finalizers included, must have let go by then. */
const dissolveMs = 90_000;

const watched: readonly Resource[] = [backupRepositories, volumeBackups, volumeBackupSchedules, volumeRestores, jobs, pods, persistentVolumeClaims, volumeSnapshots, events, serviceAccounts];

const spaces = new WeakMap<ExecutionContext, Promise<Space>>();

/** The test's namespace; made now unless there is one. */
export async function spaceOf(t: ExecutionContext): Promise<Space> {
	return namespaceFor(t);
}

/** The same, of a certain kind. To be called before any other fixture of the test. */
export async function namespaceFor(t: ExecutionContext, wish?: NamespaceWish): Promise<Space> {
	const known = spaces.get(t);
	if (known && wish) throw new Error('the test has a namespace already; call namespaceFor first');
	if (known) return known;
	const made = openSpace(t, wish ?? {});
	spaces.set(t, made);
	return made;
}

async function openSpace(t: ExecutionContext, {podSecurity = 'privileged', annotations = {}}: NamespaceWish): Promise<Space> {
	const found = await world();
	t.teardown(await takeTurn());
	const kube = clientFor(found.kubeconfig);
	const end = new AbortController();
	const {signal} = end;
	const name = namesGiven.shift() ?? `e2e-${randomBytes(4).toString('hex')}`;
	const {metadata} = await kube.create(namespaces, {apiVersion: 'v1', kind: 'Namespace', metadata: {name, annotations, labels: {'pod-security.kubernetes.io/enforce': podSecurity}}}, signal);

	let account: string | undefined;
	const takeAccount = async (): Promise<void> => {
		account ??= await accountOf(space);
	};
	const seen: Seen = await watchEverything({kube, namespace: name, resources: watched, takeAccount});
	const space: Space = {
		name,
		podSecurity,
		world: found,
		kube,
		seen,
		signal,
		secrets: new Set(),
		create: async (resource, object) => kube.create(resource, {apiVersion: resource.group ? `${resource.group}/${resource.version}` : resource.version, kind: resource.kind, ...object, metadata: {...object.metadata, namespace: name}} as never, signal),
		async remove(resource, objectName, {wait = true, gracePeriodSeconds} = {}) {
			await kube.remove(resource, {namespace: name, name: objectName}, gracePeriodSeconds === undefined ? {} : {gracePeriodSeconds}, signal);
			if (wait) await waitUntil(`${resource.kind} ${objectName} is gone`, async () => (await kube.get(resource, {namespace: name, name: objectName}, signal)) === undefined, {timeoutMs: 60_000, everyMs: 100});
		},
		async dissolve() {
			const started = performance.now();
			await kube.remove(namespaces, {name}, metadata.uid === undefined ? {} : {uid: metadata.uid}, signal);
			await waitUntil(`namespace ${name} is gone`, async () => (await kube.get(namespaces, {name}, signal)) === undefined, {timeoutMs: dissolveMs, everyMs: 400}).catch(async (error: unknown) => {
				await takeAccount();
				throw error;
			});
			return (performance.now() - started) / 1000;
		},
	};

	t.teardown(async () => {
		try {
			if (!t.passed) await takeAccount();
			await space.dissolve();
			await seen.stop();
			audit(space);
		} finally {
			if (account) t.log(account);
			else if (process.env.LAZARETTE_E2E_TIMELINE) t.log(timelineOf(seen).join('\n'));
			end.abort();
			await kube.close();
		}
	});
	await seen.until('the default service account', () => seen.get(serviceAccounts, 'default'), 30_000);
	return space;
}
