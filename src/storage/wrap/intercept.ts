import {createHash} from 'node:crypto';
import type {ByteRange, Storage} from '../storage.ts';

export type StorageOperation = 'list' | 'get' | 'stream' | 'stat' | 'put' | 'putFile' | 'remove';

/** One call of a storage, as a wrapper sees it. */
export type StorageCall = {
	operation: StorageOperation;
	/** The object's key; the prefix of a listing. */
	key: string;
	signal: AbortSignal;
	/** What `stream` asks for; opening a file counts as one. */
	range?: ByteRange;
	/** What `put` and `putFile` hand over; the hash is computed when asked for, unless the caller knew it. */
	content?: {size: number; sha256(): string; /** The local file of `putFile`. */ path?: string};
};

/** Does something around a call: `run` makes the call and may be called any number of times. */
export type Around = <T>(call: StorageCall, run: () => Promise<T>) => Promise<T>;

/**
The same storage with every call led through `around`; what all wrappers are made of.
Of a listing or a stream, the part that is led through is up to its first object or piece.
*/
export function intercept(storage: Storage, around: Around): Storage {
	return {
		location: storage.location,
		// A getter, because reading it creates the directory.
		get scratchDirectory() {
			return storage.scratchDirectory;
		},
		async *list(prefix, signal) {
			yield* parts(async begin => around({operation: 'list', key: prefix, signal}, begin), () => storage.list(prefix, signal));
		},
		...(storage.listTogether && {listTogether: async (prefixes: readonly string[], signal: AbortSignal) => around({operation: 'list', key: prefixes.join(','), signal}, async () => storage.listTogether!(prefixes, signal))}),
		...(storage.hasOneView && {hasOneView: async (prefix: string, signal: AbortSignal) => storage.hasOneView!(prefix, signal)}),
		get: async (key, signal, range) => around({operation: 'get', key, signal}, async () => storage.get(key, signal, range)),
		async *stream(key, signal, range) {
			yield* parts(async begin => around({operation: 'stream', key, signal, range}, begin), () => storage.stream(key, signal, range));
		},
		...(storage.openFile && {openFile: async (key: string, signal: AbortSignal, range: ByteRange) => around({operation: 'stream', key, signal, range}, async () => storage.openFile!(key, signal, range))}),
		stat: async (key, signal) => around({operation: 'stat', key, signal}, async () => storage.stat(key, signal)),
		async put(key, bytes, signal, options) {
			const content = {size: bytes.byteLength, sha256: () => options?.sha256 ?? createHash('sha256').update(bytes).digest('hex')};
			await around({operation: 'put', key, signal, content}, async () => storage.put(key, bytes, signal, options));
		},
		async putFile(key, file, signal, options) {
			const content = {size: file.size, sha256: () => file.sha256, path: file.path};
			await around({operation: 'putFile', key, signal, content}, async () => storage.putFile(key, file, signal, options));
		},
		remove: async (key, signal) => around({operation: 'remove', key, signal}, async () => storage.remove(key, signal)),
		close: async () => storage.close(),
	};
}

type Begun<Part> = {iterator: AsyncIterator<Part>; first: IteratorResult<Part>};

/** Leads the beginning through; whatever was begun is ended, also what `lead` begins twice or gives up afterwards. */
async function* parts<Part>(lead: (begin: () => Promise<Begun<Part>>) => Promise<Begun<Part>>, open: () => AsyncIterable<Part>): AsyncGenerator<Part> {
	const opened: Array<AsyncIterator<Part>> = [];
	try {
		const {iterator, first} = await lead(async () => {
			const begun = open()[Symbol.asyncIterator]();
			opened.push(begun);
			return {iterator: begun, first: await begun.next()};
		});
		for (let next = first; !next.done; next = await iterator.next()) yield next.value;
	} finally {
		for (const iterator of opened) await iterator.return?.();
	}
}
