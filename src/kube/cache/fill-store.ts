import {keyOfObject} from '../object.ts';
import type {KubeObject, ObjectKey} from '../object.ts';
import {compareResourceVersions} from '../resource-version.ts';
import type {Followed} from './followed.ts';

/**
One full list into the store; returns the version from which a watch takes over. Pages are stored as they come, so no second copy of everything
is ever held; what the list lacks is removed at its end, except what we wrote ourselves after the list was cut.
*/
export async function fillStore<T extends KubeObject>({kube, resource, scope, store, prepare}: Followed<T>, lastPosition: string | undefined, signal: AbortSignal): Promise<string> {
	const seen = new Set<ObjectKey>();
	let version: string | undefined;
	for await (const page of kube.list(resource, scope, signal)) {
		if (version === undefined && wentBack(page.resourceVersion, lastPosition)) emptyStore({store, scope});
		version = page.resourceVersion;
		for (const object of page.items) {
			seen.add(keyOfObject(object));
			store.put(prepare(object));
		}
	}

	emptyStore({store, scope}, object => !seen.has(keyOfObject(object)), version);
	return version!;
}

/** An API server restored from a backup counts from an older version on: nothing cached may be compared with what it says. */
const wentBack = (version: string, lastPosition: string | undefined): boolean =>
	lastPosition !== undefined && (compareResourceVersions(version, lastPosition) ?? 0) < 0;

/** Removes what is in scope and fits, unless it is newer than `version`. */
export function emptyStore<T extends KubeObject>({store, scope}: Pick<Followed<T>, 'store' | 'scope'>, fits: (object: T) => boolean = () => true, version?: string): void {
	for (const object of store.list()) {
		const inScope = scope.namespace === undefined || object.metadata.namespace === scope.namespace;
		if (inScope && fits(object)) store.remove(keyOfObject(object), version);
	}
}
