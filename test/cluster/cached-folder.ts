import {mkdir, readdir, rename, rm, stat, utimes} from 'node:fs/promises';
import {homedir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {withMutex} from './mutex.ts';

export type Log = (line: string) => void;

export const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lazarette');

export type CachedFolder = {
	/** What it is, for people. */
	title: string;
	/** Folder inside the cache, such as `bin`. */
	kind: string;
	name: string;
	/** Hash of all that the content depends on. */
	key: string;
};

/**
The path of a folder that is made on first use. It appears complete by one rename, so what is there is always right, and two
processes that want it at once make it once.
*/
export async function cachedFolder({title, kind, name, key}: CachedFolder, log: Log, make: (partial: string) => Promise<void>): Promise<string> {
	const path = join(cacheFolder(), kind, `${name}-${key}`);
	return withMutex(`cache/${path}`, async () => {
		if (await stat(path).catch(() => undefined)) {
			await utimes(path, new Date(), new Date());
			log(`${title}: cached`);
			return path;
		}

		const begun = performance.now();
		log(`${title}: building ...`);
		const partial = `${path}.partial`;
		await rm(partial, {recursive: true, force: true});
		await mkdir(partial, {recursive: true});
		await make(partial);
		await rename(partial, path);
		log(`${title}: built in ${Math.round((performance.now() - begun) / 1000)} s`);
		await removeUnused(path, name);
		return path;
	});
}

/** Earlier versions that nobody has asked for in a while; other checkouts may still use those of last week. */
async function removeUnused(path: string, name: string): Promise<void> {
	const unusedSince = Date.now() - 14 * 24 * 3_600_000;
	const folder = dirname(path);
	for (const entry of await readdir(folder)) {
		const isOther = entry !== basename(path) && new RegExp(`^${RegExp.escape(name)}-[0-9a-f]{16}$`).test(entry);
		if (isOther && (await stat(join(folder, entry))).mtimeMs < unusedSince) await rm(join(folder, entry), {recursive: true, force: true});
	}
}
