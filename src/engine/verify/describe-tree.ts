import type {NodeType} from '../../repository/node.ts';
import {DirectoryCache, namesOf} from '../file-system/directory-cache.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Directory, FileSystem, Status} from '../file-system/file-system.ts';
import {lostAndFound} from '../file-system/lost-and-found.ts';
import {NameList} from '../file-system/name-list.ts';
import {printableName, printablePath} from '../file-system/printable-path.ts';
import {contentHash} from './content-hash.ts';

/** All that makes up an entry, in plain values: two equal descriptions are two equal entries, on whatever machine and whenever they were made. */
export type EntryDescription = {
	/** From the root, printable and unique. */
	path: string;
	type: NodeType;
	/** Octal. */
	mode: string;
	uid: number;
	gid: number;
	/** Nanoseconds since 1970. */
	mtime: string;
	/** Files only. */
	size?: number;
	/** Files only: see `contentHash`. */
	content?: string;
	/** Files only, in units of 512 bytes; depends on the file system. */
	blocks?: number;
	/** Symbolic links only, printable. */
	target?: string;
	/** Devices only. */
	device?: string;
	/** `name=hex`, sorted. */
	attributes?: string[];
	/** The first path of the same file, in the order of the walk, when it has several. */
	sameAs?: string;
};

/** Describes a directory and all below it, parents first and names in byte order. Leaves out `lost+found` at the root. */
export function* describeTree(fileSystem: FileSystem, path: string): Generator<EntryDescription> {
	const directories = new DirectoryCache(fileSystem.openRoot(path));
	const firstPaths = new Map<string, string>();
	try {
		const {root} = directories;
		const opened = directories.open(root);
		yield {...describeStatus('/', opened.status()), ...describeAttributes(fileSystem.entryOf(opened.fd).attributes())};
		const pending = [root];
		for (let place = pending.pop(); place; place = pending.pop()) {
			const below: DirectoryPlace[] = [];
			for (const name of sortedNames(directories.open(place))) {
				if (!place.parent && name.equals(lostAndFound)) continue;
				const description = describeEntry(fileSystem, directories.open(place), name, printablePath(namesOf(place, name)), firstPaths);
				if (description.type === 'dir') below.push({parent: place, name});
				yield description;
			}
			pending.push(...below.reverse());
		}
	} finally {
		directories.close();
	}
}

function describeEntry(fileSystem: FileSystem, directory: Directory, name: Buffer, path: string, firstPaths: Map<string, string>): EntryDescription {
	const status = directory.statusOf(name);
	const description = {...describeStatus(path, status), ...describeAttributes(directory.attributesOf(name))};
	if (status.type === 'symlink') description.target = printableName(directory.readLink(name));
	if (status.type === 'file') description.content = hashOf(fileSystem, directory, name);
	if (status.type !== 'dir' && status.links > 1) {
		const key = `${status.deviceId}:${status.inode}`;
		const first = firstPaths.get(key);
		if (first === undefined) firstPaths.set(key, path);
		description.sameAs = first ?? path;
	}
	return description;
}

function describeStatus(path: string, status: Status): EntryDescription {
	const {type, mode, uid, gid, mtimeNs, size, blocks, device} = status;
	return {
		path,
		type,
		mode: mode.toString(8).padStart(4, '0'),
		uid,
		gid,
		mtime: String(mtimeNs),
		...(type === 'file' && {size, blocks}),
		...((type === 'dev' || type === 'chardev') && {device: String(device)}),
	};
}

function describeAttributes(attributes: ReturnType<Directory['attributesOf']>): {attributes?: string[]} {
	if (attributes.length === 0) return {};
	return {attributes: attributes.map(({name, value}) => `${printableName(name)}=${value.toString('hex')}`).toSorted()};
}

function hashOf(fileSystem: FileSystem, directory: Directory, name: Buffer): string {
	const fd = directory.openFile(name);
	try {
		return contentHash(fileSystem, fd);
	} finally {
		fileSystem.close(fd);
	}
}

function sortedNames(directory: Directory): Buffer[] {
	const list = new NameList();
	directory.readNames(list);
	list.sort();
	return Array.from({length: list.length}, (_, index) => list.at(index));
}
