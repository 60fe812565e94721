/** Keys of a repository's objects in the storage. IDs are lowercase hex SHA-256. */
export const configKey = 'config';
export const keyFileKey = (id: string): string => `keys/${id}`;
export const snapshotKey = (id: string): string => `snapshots/${id}`;
export const indexKey = (id: string): string => `index/${id}`;
export const lockKey = (id: string): string => `locks/${id}`;
export const packKey = (id: string): string => `data/${id.slice(0, 2)}/${id}`;

export const prefixes = {keys: 'keys/', snapshots: 'snapshots/', index: 'index/', locks: 'locks/', data: 'data/'} as const;

const hexId = /^[0-9a-f]{64}$/;

export const isId = (text: string): boolean => hexId.test(text);

/** The ID a key ends in, or undefined when its name is no ID: such objects are skipped, as restic does. */
export function idOfKey(key: string): string | undefined {
	const name = key.slice(key.lastIndexOf('/') + 1);
	return isId(name) ? name : undefined;
}
