/**
What holds a repository: a flat space of immutable objects under keys such as `data/ab/ab12…` (ASCII, `/` between parts, no leading `/`).

Promises every implementation keeps, proven by the contract suite in test/contract/_storage-contract.ts:
- `put` and `putFile` return only when the object is durable, and an object is visible whole or not at all;
- a `get`, `stat` or `list` that begins after that sees the object;
- a failure is a LazaretteError: `ObjectNotFound`, `ObjectExists`, `AccessDenied`, `BucketNotFound`, `StoreFull`, `BadRequest` (a person acts), `StoreUnreachable`,
  `StoreThrottled` and `VerificationFailed` (trying again may help), `Cancelled` and `DeadlineExceeded` (the signal's doing).
*/
export type Storage = {
	/** For people, e.g. `s3://bucket/prefix at https://…` or a directory; holds no secret. */
	readonly location: string;
	/** A local directory for files handed to `putFile`; on the file system it lies inside the repository, so that publishing is a rename. Made when it is first read. */
	readonly scratchDirectory: string;

	/** Objects whose key begins with `prefix` (`data/`, `locks/`, or '' for all), in no particular order. */
	list(prefix: string, signal: AbortSignal): AsyncIterable<StoredObject>;

	/**
	Only where one request can list several prefixes (without what lies before the first of them): what stands below those of `prefixes` that it brought in whole, which may be none. What
	is missing in the map is to be listed by itself.
	*/
	listTogether?(prefixes: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly StoredObject[]>>;

	/**
	Only where it may be so: whether all who list `prefix`, in whatever process, see the same: what was put or removed before the listing began, in the order in which it happened. False where
	a server or another machine stands in between, and where that cannot be told. Never fails.
	*/
	hasOneView?(prefix: string, signal: AbortSignal): Promise<boolean>;

	/**
	The whole object, or exactly `length` bytes from `offset`.
	@throws ObjectNotFound; RepositoryDamaged when the object ends before the range does
	*/
	get(key: string, signal: AbortSignal, range?: ByteRange): Promise<Buffer>;

	/**
	The same bytes in pieces as they arrive, with one request however many they are: each piece is only valid until the next is asked for. A stream that breaks off
	is continued from where it broke. Returning early gives the connection back.
	@throws as `get`, with any piece
	*/
	stream(key: string, signal: AbortSignal, range: ByteRange): AsyncIterable<Uint8Array>;

	/**
	Only where objects are files: the object for who reads `range` of it by its descriptor, perhaps on another thread. Whether the file is as long as that is not looked at.
	@throws ObjectNotFound and the like, as `get`
	*/
	openFile?(key: string, signal: AbortSignal, range: ByteRange): Promise<OpenedFile>;

	/** Size in bytes, or undefined when there is no such object. */
	stat(key: string, signal: AbortSignal): Promise<StoredObject | undefined>;

	/** Stores `bytes`. The caller may reuse the buffer once the promise settles. */
	put(key: string, bytes: Uint8Array, signal: AbortSignal, options?: PutOptions): Promise<void>;

	/** Stores a finished local file from `scratchDirectory` and consumes it: afterwards the local file is gone. On failure it stays, so that the call can be repeated. */
	putFile(key: string, file: LocalFile, signal: AbortSignal, options?: PutOptions): Promise<void>;

	/** Removes the object; one that is already gone is no error. */
	remove(key: string, signal: AbortSignal): Promise<void>;

	/** Frees connections. No call may follow. */
	close(): Promise<void>;
};

export type StoredObject = {
	key: string;
	/** bytes */
	size: number;
};

/** Open until it is closed. */
export type OpenedFile = {readonly fd: number; close(): Promise<void>};

export type ByteRange = {offset: number; length: number};

export type PutOptions = {
	/** SHA-256 of the content, lowercase hex, when the caller knows it (most names are hashes): the store verifies with it. */
	sha256?: string;
	/** Fail with `ObjectExists` instead of replacing. Best effort where the store has no conditional write. */
	onlyIfAbsent?: boolean;
};

export type LocalFile = {
	path: string;
	/** bytes */
	size: number;
	/** lowercase hex */
	sha256: string;
};
