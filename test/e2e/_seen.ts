import type {KubeClient} from '../../src/kube/client/kube-client.ts';
import type {KubeObject} from '../../src/kube/object.ts';
import type {Resource} from '../../src/kube/resource.ts';

/** One version of an object, as the API server stored it. */
export type Version<T extends KubeObject = KubeObject> = {type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T; /** When it came here, ms since 1970. */ atMs: number};

/** Everything that ever happened in a namespace. */
export type Seen = {
	/** Every version, in order, whatever became of the object. */
	versions<T extends KubeObject>(resource: Resource<T>): Version<T>[];
	/** The objects that exist. */
	present<T extends KubeObject>(resource: Resource<T>): T[];
	get<T extends KubeObject>(resource: Resource<T>, name: string): T | undefined;
	/** The last version of each object that ever existed. */
	ever<T extends KubeObject>(resource: Resource<T>): T[];
	/** Resolves with what `probe` finds, asked again after each change. Rejects when it finds nothing in time. */
	until<T>(what: string, probe: () => T | undefined | false, timeoutMs?: number): Promise<T>;
	/** Ends all watches; what was seen stays. Rejects when one had broken. */
	stop(): Promise<void>;
};

export type SeenOptions = {kube: KubeClient; namespace: string; resources: readonly Resource[]; /** Called when a wait has been in vain. */ takeAccount: () => Promise<void>};

/** Long enough for a pod that waits for another one's pause, short enough to be looked into. */
const usualMs = 180_000;

/** Watches a namespace from now on. Not by the caches of the operator: those may leave versions out. */
export async function watchEverything({kube, namespace, resources, takeAccount}: SeenOptions): Promise<Seen> {
	const end = new AbortController();
	const logs = new Map<string, Version[]>(resources.map(({kind}) => [kind, []]));
	const waiting = new Set<() => void>();
	let broken: unknown;
	const wake = (): void => {
		for (const look of waiting) look();
	};

	/** An API server ends watches that cannot keep up; another one from the same version on has all that followed, or says that it is too old. */
	async function follow(resource: Resource, since: string): Promise<void> {
		let resourceVersion = since;
		try {
			while (!end.signal.aborted) {
				for await (const event of kube.watch(resource, {namespace, resourceVersion, timeoutSeconds: 3600}, end.signal)) {
					if (event.type === 'BOOKMARK') {
						({resourceVersion} = event);
						continue;
					}

					resourceVersion = event.object.metadata.resourceVersion!;
					logs.get(resource.kind)!.push({type: event.type, object: event.object, atMs: Date.now()});
					wake();
				}
			}
		} catch (error) {
			if (end.signal.aborted) return;
			broken ??= new Error(`the watch of ${resource.plural} in ${namespace} broke, so not every version was seen`, {cause: error});
			wake();
		}
	}

	const followers = await Promise.all(resources.map(async resource => {
		let since = '';
		for await (const page of kube.list(resource, {namespace}, end.signal)) {
			since = page.resourceVersion;
			for (const object of page.items) logs.get(resource.kind)!.push({type: 'ADDED', object, atMs: Date.now()});
		}

		return {done: follow(resource, since)};
	}));

	const versions = <T extends KubeObject>({kind}: Resource<T>): Version<T>[] => (logs.get(kind) ?? []) as Version<T>[];
	const last = <T extends KubeObject>(resource: Resource<T>): Version<T>[] => [...new Map(versions(resource).map(version => [version.object.metadata.uid, version])).values()];
	const present = <T extends KubeObject>(resource: Resource<T>): T[] => last(resource).filter(({type}) => type !== 'DELETED').map(({object}) => object);

	return {
		versions,
		present,
		get: (resource, name) => present(resource).find(({metadata}) => metadata.name === name),
		ever: resource => last(resource).map(({object}) => object),
		async until(what, probe, timeoutMs = usualMs) {
			const {promise, resolve, reject} = Promise.withResolvers<Exclude<ReturnType<typeof probe>, undefined | false>>();
			const look = (): void => {
				try {
					if (broken) throw broken;
					const answer = probe();
					if (answer !== undefined && answer !== false) resolve(answer as Awaited<typeof promise>);
				} catch (error) {
					reject(error);
				}
			};
			const timer = setTimeout(() => {
				takeAccount().then(() => reject(new Error(`${what}: not within ${timeoutMs / 1000} s; how the namespace looked then is logged with the test`)), reject);
			}, timeoutMs);
			waiting.add(look);
			look();
			try {
				return await promise;
			} finally {
				clearTimeout(timer);
				waiting.delete(look);
			}
		},
		async stop() {
			end.abort();
			await Promise.all(followers.map(async ({done}) => done));
			if (broken) throw broken;
		},
	};
}
