import type {Directory, Entry, FileSystem} from '../../src/engine/file-system/file-system.ts';

export type Hooks = {
	/** Before a call on a directory, on an open file or on an entry (`name` is empty then). May change the tree meanwhile, or throw in the system's stead. */
	before?: (call: string, name: string) => void;
	after?: (call: string, name: string) => void;
};

/** The real file system, with something else happening between its calls, or instead of them. */
export function hooked(fileSystem: FileSystem, hooks: Hooks): FileSystem {
	return intercept(fileSystem, hooks);
}

/** Methods are called on the original object, whose private members a proxy does not have. */
function intercept<T extends object>(original: T, hooks: Hooks): T {
	return new Proxy(original, {
		get(target, property) {
			// What other threads write could not be looked at.
			if (property === 'threadsMayWrite') return false;
			const value: unknown = Reflect.get(target, property, target);
			if (typeof value !== 'function') return value;
			return (...values: unknown[]) => {
				const inList = typeof values[0] === 'number' ? undefined : namedInList[String(property)];
				const call = namedInList[String(property)] ?? String(property);
				const name = inList ? (values[0] as Buffer).toString('utf8', values[1] as number, values[2] as number) : Buffer.isBuffer(values[0]) && call !== 'write' && call !== 'read' ? values[0].toString() : '';
				hooks.before?.(call, name);
				const result: unknown = Reflect.apply(value, target, values.map(argument => originals.get(argument as object) ?? argument));
				hooks.after?.(call, name);
				if (call === 'entryOf' || call === 'openEntry') return intercept(result as Entry, hooks);
				if (call !== 'openDirectory' && call !== 'openRoot') return result;
				const directory = intercept(result as Directory, hooks);
				originals.set(directory, result as Directory);
				return directory;
			};
		},
	});
}

/** Calls that take a name as a range of others, and the call that does the same for a name alone. */
const namedInList: Record<string, string> = {look: 'statusOf', lookAtAttributes: 'attributesOf', openFileIn: 'openFile'};

/** A directory passed as an argument has to be the system's own. */
const originals = new WeakMap<object, Directory>();

/** The object with some of its methods replaced. */
export const overriding = <T extends object>(original: T, methods: Partial<T>): T =>
	new Proxy(original, {
		get(target, property) {
			const own: unknown = Reflect.get(methods, property);
			const value: unknown = own ?? Reflect.get(target, property, target);
			return typeof value === 'function' ? (value.bind(target) as unknown) : value;
		},
	});
