import {readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {cacheFolder} from '../cached-folder.ts';
import {withMutex} from '../mutex.ts';

/** Each content has a tag of its own, and none is asked for again once a few others came after it. */
const mostOfName = 4;

const prefix = 'built-';
const asName = (text: string): string => text.replaceAll(/[^-.\w]/g, '_');

export const builtImagesFolder = (): string => join(cacheFolder(), 'images');

/** Where the image of a tag, `NAME:TAG`, is kept. */
export const folderOfTag = (tag: string): string => join(builtImagesFolder(), `${prefix}${asName(tag)}`);

/** Nobody else builds, pushes or removes that image meanwhile. */
export const withImage = async <T>(folder: string, work: () => Promise<T>): Promise<T> => withMutex(`image/${folder}`, work);

/** Removes the oldest images of one name, but for the newest few. @returns the folders that are gone */
export async function removeOldImages(name: string, within = builtImagesFolder()): Promise<string[]> {
	const ofName = (await readdir(within)).filter(entry => entry.startsWith(`${prefix}${asName(name)}_`) && !/\.(partial|work)$/.test(entry)).map(entry => join(within, entry));
	const built = await Promise.all(ofName.map(async folder => ({folder, at: (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0})));
	const surplus = built.toSorted((left, right) => right.at - left.at).slice(mostOfName).map(({folder}) => folder);
	for (const folder of surplus) await withImage(folder, async () => rm(folder, {recursive: true, force: true}));
	return surplus;
}
