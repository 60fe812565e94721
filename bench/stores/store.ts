import type {StoreName} from '../options.ts';

/** Where a peer's repository is, with what it takes to get in. */
export type Location =
	| {kind: 'file'; path: string}
	| {kind: 's3'; endpoint: string; bucket: string; prefix: string; accessKeyId: string; secretAccessKey: string};

/** What a store has seen so far. */
export type Traffic = {
	requests: number;
	/** To and from clients, bodies only. */
	bytes: number;
};

export type Store = AsyncDisposable & {
	readonly name: StoreName;
	/** An empty place, the same each time for the same name. */
	empty(name: string): Promise<Location>;
	/** Bytes of the objects there. */
	storedBytes(location: Location): Promise<number>;
	/** Undefined where there are no requests to count. */
	traffic(): Promise<Traffic | undefined>;
};
