import {createHash} from 'node:crypto';
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

export type VolumeRecord = {
	id: string;
	name: string;
	bytes: number;
	block: boolean;
	source: {snapshot: string} | {volume: string} | undefined;
};

export type SnapshotRecord = {
	id: string;
	name: string;
	sourceVolume: string;
	bytes: number;
	block: boolean;
	createdAtMs: number;
	readyAtMs: number;
};

/** One JSON file for each object. A record is written after what it describes exists and removed before that goes: what has no record is left over from a crash. */
export type Records<T extends {id: string}> = {
	get(id: string): Promise<T | undefined>;
	put(record: T): Promise<void>;
	remove(id: string): Promise<void>;
	/** In a stable order, for paging. */
	list(): Promise<T[]>;
};

/** An id that follows from the name the orchestrator gave, so a repeated call finds the first one's result. */
export const idOf = (kind: 'vol' | 'snap', name: string): string => `${kind}-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;

export async function openRecords<T extends {id: string}>(folder: string): Promise<Records<T>> {
	await mkdir(folder, {recursive: true});
	// Ids come from outside; only the form that idOf makes can name a file.
	const fileOf = (id: string): string | undefined => (/^(vol|snap)-[0-9a-f]{32}$/.test(id) ? join(folder, `${id}.json`) : undefined);
	const get = async (id: string): Promise<T | undefined> => {
		const file = fileOf(id);
		if (!file) return undefined;
		const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
			if (error.code === 'ENOENT') return undefined;
			throw error;
		});
		return text === undefined ? undefined : (JSON.parse(text) as T);
	};

	return {
		get,
		async put(record) {
			const file = fileOf(record.id) ?? '';
			await writeFile(`${file}.new`, JSON.stringify(record));
			await rename(`${file}.new`, file);
		},
		async remove(id) {
			const file = fileOf(id);
			if (file) await rm(file, {force: true});
		},
		async list() {
			const files = (await readdir(folder)).filter(file => file.endsWith('.json')).toSorted();
			const records = await Promise.all(files.map(async file => get(file.slice(0, -'.json'.length))));
			return records.filter(record => record !== undefined);
		},
	};
}
