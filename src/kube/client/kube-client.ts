import type {KubeObject, ObjectRef} from '../object.ts';
import type {Resource} from '../resource.ts';

/**
The Kubernetes API as raw JSON: what the server sent is what the caller gets, unknown fields and string times included, and nothing is
ever read, modified and replaced as a whole. Every failure is a KubeError, except that an aborted call throws its signal's reason. Every call has its own time limit beside `signal`; calls that are
safe to repeat are repeated on overload (429, honouring Retry-After), 500, 502, 503, 504 and broken connections.
*/
export type KubeClient = {
	/** The API server's address, for people. */
	readonly server: string;

	/** The object as it is now, from the server; undefined when there is none. */
	get<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, signal: AbortSignal): Promise<T | undefined>;

	/** Pages of at most 250 objects, all of one consistent state. @throws KubeError `expired` when that state was compacted meanwhile */
	list<T extends KubeObject>(resource: Resource<T>, scope: ListScope, signal: AbortSignal): AsyncIterable<ListPage<T>>;

	/** @throws KubeError `alreadyExists`; repeated only when the server surely did not act on the first attempt */
	create<T extends KubeObject>(resource: Resource<T>, object: T, signal: AbortSignal): Promise<T>;

	/**
	Creates `object` unless it exists; an existing one must have the same controller owner. Safe after a crash and against a stale cache.
	@returns the live object, which may differ from `object`
	@throws KubeError `notOurs` when another owner's object has this name
	*/
	ensure<T extends KubeObject>(resource: Resource<T>, object: T, signal: AbortSignal): Promise<T>;

	/** Server-side apply: `object` holds exactly the fields that `manager` owns, and creates it when absent. */
	apply<T extends KubeObject>(resource: Resource<T>, object: Applied<T>, options: ApplyOptions, signal: AbortSignal): Promise<T>;

	/** Server-side apply to the status subresource. @throws KubeError `notFound`: status never creates */
	applyStatus<T extends KubeObject>(resource: Resource<T>, object: Applied<T>, options: ApplyOptions, signal: AbortSignal): Promise<T>;

	/** JSON merge patch, for what apply cannot say (finalizers, scaling). A `metadata.resourceVersion` in `patch` makes it conditional. */
	mergePatch<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, patch: Record<string, unknown>, signal: AbortSignal, subresource?: 'status' | 'scale'): Promise<T>;

	/**
	Asks for deletion. With `uid`, a namesake created meanwhile is left alone and counts as gone.
	@returns false when there was nothing to delete
	*/
	remove(resource: Resource, ref: ObjectRef, options: RemoveOptions, signal: AbortSignal): Promise<boolean>;

	/** Changes since `resourceVersion`. Ends when the server ends it. @throws KubeError `expired` when that version was compacted */
	watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;

	/** A container's log as text, never more than `limitBytes`. */
	podLog(ref: ObjectRef, options: PodLogOptions, signal: AbortSignal): Promise<string>;

	/** Body of a GET on any path, such as `/readyz` or `/version`. */
	rawGet(path: string, signal: AbortSignal): Promise<string>;

	/** Ends all connections. No call may follow. */
	close(): Promise<void>;
};

export type ListScope = {
	/** Absent: all namespaces. */
	namespace?: string | undefined;
	labelSelector?: string | undefined;
	fieldSelector?: string | undefined;
	/** '0' lets the server answer from its cache, whatever its age; absent: the newest state. */
	resourceVersion?: string | undefined;
};

export type ListPage<T> = {
	items: T[];
	/** Of the whole list, the same on each page: where a watch takes over. */
	resourceVersion: string;
};

/** An apply configuration: identity, and of the rest exactly the owned fields. */
export type Applied<T extends KubeObject> = KubeObject & {[Key in Exclude<keyof T, keyof KubeObject>]?: DeepPartial<T[Key]>};

type DeepPartial<T> = T extends readonly (infer Item)[] ? DeepPartial<Item>[] : T extends object ? {[Key in keyof T]?: DeepPartial<T[Key]>} : T;

export type ApplyOptions = {
	/** Stable name of the concern that owns the fields, e.g. `lazarette-status`. */
	manager: string;
	/** Take the fields over from other managers. Default false: @throws KubeError `conflict` naming the fields */
	force?: boolean;
};

export type RemoveOptions = {
	uid?: string | undefined;
	resourceVersion?: string | undefined;
	/** Default `Background`. */
	propagation?: 'Background' | 'Foreground' | 'Orphan';
	gracePeriodSeconds?: number;
};

export type WatchOptions = Omit<ListScope, 'resourceVersion'> & {
	resourceVersion: string;
	/** After which the server ends the watch. */
	timeoutSeconds: number;
};

export type WatchEvent<T> =
	| {type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T}
	/** Nothing changed up to this version. */
	| {type: 'BOOKMARK'; resourceVersion: string};

export type PodLogOptions = {
	container?: string;
	/** Lines from the end. */
	tailLines?: number;
	/** RFC 3339 */
	sinceTime?: string;
	/** Default 1 MiB. With `tailLines` the first bytes of that tail are kept. */
	limitBytes?: number;
	/** Of the container's previous instance. */
	previous?: boolean;
	timestamps?: boolean;
};
