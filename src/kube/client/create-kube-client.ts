import {systemClock} from '../../base/clock.ts';
import type {Clock} from '../../base/clock.ts';
import {systemRandom} from '../../base/random.ts';
import type {Random} from '../../base/random.ts';
import {isKubeError, KubeError} from '../kube-error.ts';
import type {KubeMetrics} from '../metrics.ts';
import {keyOf} from '../object.ts';
import type {KubeObject, ObjectRef} from '../object.ts';
import {pods} from '../resources.ts';
import {apiVersionOf, collectionPath, objectPath, resourceName} from '../resource.ts';
import type {Resource} from '../resource.ts';
import {createConnection} from './connection.ts';
import {ensureObject} from './ensure.ts';
import type {Subject} from './failure.ts';
import type {ApplyOptions, KubeClient, ListPage, ListScope} from './kube-client.ts';
import type {KubeConfig} from './load-kube-config.ts';
import {createTransport} from './transport.ts';
import type {Call} from './transport.ts';
import {readEvents} from './watch-stream.ts';

const pageSize = 250;
const defaultLogBytes = 1024 * 1024;

export function createKubeClient(options: {kubeConfig: KubeConfig; metrics: KubeMetrics; userAgent?: string; clock?: Clock; random?: Random}): KubeClient {
	const {kubeConfig, metrics, userAgent = 'lazarette', clock = systemClock, random = systemRandom} = options;
	const connection = createConnection(kubeConfig, clock);
	const transport = createTransport({connection, userAgent, metrics, clock, random});

	async function* list<T extends KubeObject>(resource: Resource<T>, scope: ListScope, signal: AbortSignal): AsyncIterable<ListPage<T>> {
		let next: string | undefined;
		do {
			const page = await transport.json<RawList<T>>({
				subject: subjectOf('list', resource, scope),
				method: 'GET',
				path: collectionPath(resource, scope.namespace),
				query: {...selectors(scope), limit: pageSize, continue: next, resourceVersion: next ? undefined : scope.resourceVersion},
				repeatable: 'always',
				signal,
			});
			yield {items: (page.items ?? []).map(item => named(resource, item)), resourceVersion: page.metadata.resourceVersion};
			next = page.metadata.continue;
		} while (next);
	}

	const create = <T extends KubeObject>(resource: Resource<T>, object: T, signal: AbortSignal, repeatable: Call['repeatable']): Promise<T> =>
		transport.json<T>({
			subject: subjectOf('create', resource, object.metadata),
			method: 'POST',
			path: collectionPath(resource, object.metadata.namespace),
			body: object,
			repeatable,
			signal,
		});

	const get = async <T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, signal: AbortSignal): Promise<T | undefined> =>
		unlessAbsent(transport.json<T>({subject: subjectOf('get', resource, ref), method: 'GET', path: objectPath(resource, ref), repeatable: 'always', signal}));

	const patch = <T extends KubeObject>(verb: string, resource: Resource<T>, ref: ObjectRef, call: Pick<Call, 'body' | 'contentType' | 'repeatable' | 'signal' | 'query'>, subresource?: string): Promise<T> =>
		transport.json<T>({...call, subject: subjectOf(verb, resource, ref), method: 'PATCH', path: objectPath(resource, ref, subresource)});

	// SSA takes YAML; JSON is YAML, and needs no writer for it.
	const apply = <T extends KubeObject>(resource: Resource<T>, object: KubeObject, how: ApplyOptions, signal: AbortSignal, subresource?: string): Promise<T> =>
		patch('apply', resource, object.metadata, {
			body: {...object, apiVersion: apiVersionOf(resource), kind: resource.kind},
			contentType: 'application/apply-patch+yaml',
			query: {fieldManager: how.manager, force: how.force ?? false},
			repeatable: 'always',
			signal,
		}, subresource);

	const client: KubeClient = {
		server: connection.server.origin,
		get,
		list,
		create: (resource, object, signal) => create(resource, object, signal, 'unsent'),
		ensure: (resource, object, signal) => ensureObject({get, create: () => create(resource, object, signal, 'always')}, resource, object, signal),
		apply: (resource, object, how, signal) => apply(resource, object, how, signal),
		applyStatus: (resource, object, how, signal) => apply(resource, object, how, signal, 'status'),
		mergePatch: (resource, ref, body, signal, subresource) =>
			patch('patch', resource, ref, {body, contentType: 'application/merge-patch+json', repeatable: 'unsent', signal}, subresource),

		async remove(resource, ref, how, signal) {
			const preconditions = how.uid || how.resourceVersion ? {preconditions: {uid: how.uid, resourceVersion: how.resourceVersion}} : {};
			try {
				await transport.text({
					subject: subjectOf('delete', resource, ref),
					method: 'DELETE',
					path: objectPath(resource, ref),
					body: {kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: how.propagation ?? 'Background', gracePeriodSeconds: how.gracePeriodSeconds, ...preconditions},
					repeatable: how.uid ? 'always' : 'unsent',
					signal,
				});
				return true;
			} catch (error) {
				if (!isKubeError(error)) throw error;
				if (error.notFound) return false;
				// The 409 of a failed precondition does not say which one failed.
				if (error.conflict && how.uid && (await get(resource, ref, signal))?.metadata.uid !== how.uid) return false;
				throw error;
			}
		},

		async *watch(resource, how, signal) {
			const subject = subjectOf('watch', resource, how);
			const chunks = await transport.stream({
				subject,
				method: 'GET',
				path: collectionPath(resource, how.namespace),
				query: {...selectors(how), watch: 1, allowWatchBookmarks: true, resourceVersion: how.resourceVersion, timeoutSeconds: how.timeoutSeconds},
				repeatable: 'unsent',
				signal,
			});
			yield* readEvents(chunks, subject);
		},

		podLog: (ref, how, signal) =>
			transport.text({
				subject: {verb: 'log', target: `pods ${keyOf(ref)}`},
				method: 'GET',
				path: objectPath(pods, ref, 'log'),
				query: {...how, limitBytes: how.limitBytes ?? defaultLogBytes},
				accept: '*/*',
				repeatable: 'always',
				signal,
			}),

		rawGet: (path, signal) => transport.text({subject: {verb: 'get', target: path}, method: 'GET', path, accept: '*/*', repeatable: 'always', signal}),
		close: () => connection.close(),
	};
	return client;
}

type RawList<T> = {metadata: {resourceVersion: string; continue?: string}; items?: T[] | null};

/** Lists of built-in kinds leave out what every item has in common. */
const named = <T extends KubeObject>(resource: Resource<T>, item: T): T => Object.assign(item, {apiVersion: apiVersionOf(resource), kind: resource.kind});

const selectors = (scope: ListScope) => ({labelSelector: scope.labelSelector, fieldSelector: scope.fieldSelector});

function subjectOf(verb: string, resource: Resource, at: {namespace?: string | undefined; name?: string | undefined}): Subject {
	const place = at.name ? ` ${keyOf({namespace: at.namespace, name: at.name})}` : at.namespace ? ` in ${at.namespace}` : '';
	return {verb, target: `${resourceName(resource)}${place}`, confidential: resource.kind === 'Secret'};
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof KubeError && error.notFound) return undefined;
		throw error;
	}
}
