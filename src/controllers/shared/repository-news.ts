import type {NewestArchive} from '../../api/v1alpha1/mover-contract.ts';
import type {ObjectKey} from '../../kube/object.ts';

export type MadeArchive = {archive: NewestArchive; storedBytes: number; /** When the mover ended. */ at: Date};

/**
What runs learn about their repository on the way. Kept in memory only, because all of it is a hint that the next probe puts right: new
archives keep the counts current without one, and a doubt brings it forward.
*/
export type RepositoryNews = {
	archived(key: ObjectKey, made: MadeArchive): void;
	/** Archives that status does not count yet. */
	uncounted(key: ObjectKey): readonly MadeArchive[];
	/** They are in status now. */
	counted(key: ObjectKey, made: readonly MadeArchive[]): void;
	/** A mover of a run did its work with the repository. */
	worked(key: ObjectKey): void;
	/** How many did since this was last asked. */
	takeWorked(key: ObjectKey): number;
	/** A mover could not work with the repository. */
	doubt(key: ObjectKey, at: Date): void;
	isDoubted(key: ObjectKey, since: Date): boolean;
	forget(key: ObjectKey): void;
	/** Called with the key of each repository there is news of. */
	subscribe(listener: (key: ObjectKey) => void): void;
};

export function createRepositoryNews(): RepositoryNews {
	const archives = new Map<ObjectKey, MadeArchive[]>();
	const doubts = new Map<ObjectKey, Date>();
	const successes = new Map<ObjectKey, number>();
	const listeners: Array<(key: ObjectKey) => void> = [];

	function tell(key: ObjectKey): void {
		for (const listener of listeners) listener(key);
	}

	return {
		archived(key, made) {
			archives.set(key, [...(archives.get(key) ?? []), made]);
			tell(key);
		},
		uncounted: key => archives.get(key) ?? [],
		counted(key, made) {
			const left = (archives.get(key) ?? []).filter(item => !made.includes(item));
			if (left.length > 0) archives.set(key, left);
			else archives.delete(key);
		},
		worked(key) {
			successes.set(key, (successes.get(key) ?? 0) + 1);
			tell(key);
		},
		takeWorked(key) {
			const count = successes.get(key) ?? 0;
			successes.delete(key);
			return count;
		},
		doubt(key, at) {
			doubts.set(key, at);
			tell(key);
		},
		isDoubted: (key, since) => (doubts.get(key) ?? since) > since,
		forget(key) {
			archives.delete(key);
			doubts.delete(key);
			successes.delete(key);
		},
		subscribe: listener => void listeners.push(listener),
	};
}
