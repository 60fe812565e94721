import {closeSync, lstatSync, openSync, readFileSync, readlinkSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {neverAborts} from '../../../../src/base/abort.ts';
import type {BigIntStats} from 'node:fs';
import type {Archive} from '../../../../src/repository/archive.ts';
import type {Node, NodeType} from '../../../../src/repository/node.ts';
import type {ArchiveWriter, ParentDirectory, Repository} from '../../../../src/repository/repository.ts';

export type BackUp = {
	/** The archive's paths; the absolute directory unless given. */
	paths?: string[];
	hostname?: string;
	parent?: Archive;
	time?: Date;
	tags?: string[];
	/** Called before each file, with its path below the directory. */
	beforeFile?: (path: string) => void | Promise<void>;
	signal?: AbortSignal;
};

export type BackedUp = {archive: Archive; filesRead: number; filesUnmodified: number};

/** Drives an ArchiveWriter over a directory as the engine does, in the least code: no globs, no extended attributes, no tolerance. The directory's entries become the root. */
export async function backUp(repository: Repository, directory: string, options: BackUp = {}): Promise<BackedUp> {
	const signal = options.signal ?? neverAborts;
	const writer = await repository.startArchive(options.parent ? {parent: options.parent} : {}, signal);
	const walk = new Walk(writer, directory, options);
	try {
		const tree = await walk.directory(Buffer.from(directory), writer.parentRoot);
		const archive = await writer.finish({
			time: options.time ?? new Date(),
			tree,
			...(options.parent ? {parent: options.parent.id} : {}),
			paths: options.paths ?? [directory],
			hostname: options.hostname ?? 'test',
			username: 'root',
			excludes: [],
			tags: options.tags ?? [],
		});
		return {archive, filesRead: walk.filesRead, filesUnmodified: walk.filesUnmodified};
	} catch (error) {
		await writer.abandon();
		throw error;
	}
}

class Walk {
	filesRead = 0;
	filesUnmodified = 0;
	readonly #writer: ArchiveWriter;
	readonly #root: string;
	readonly #options: BackUp;

	constructor(writer: ArchiveWriter, root: string, options: BackUp) {
		this.#writer = writer;
		this.#root = root;
		this.#options = options;
	}

	async directory(path: Buffer, parent: ParentDirectory | undefined): Promise<string> {
		this.#writer.enterDirectory();
		const names = readdirSync(path, {encoding: 'buffer'}).sort((a, b) => Buffer.compare(a, b));
		for (const name of names) {
			const child = Buffer.concat([path, Buffer.from('/'), name]);
			const stats = lstatSync(child, {bigint: true});
			const previous = await parent?.find(name);
			const node = nodeOf(name, child, stats);
			if (node.type === 'socket') continue;
			if (node.type === 'dir') node.subtree = await this.directory(child, previous && (await parent?.open(previous)));
			if (node.type === 'file') await this.#file(node, child, previous);
			await this.#writer.addNode(node);
		}
		return this.#writer.leaveDirectory();
	}

	async #file(node: Node, path: Buffer, previous: Node | undefined): Promise<void> {
		await this.#options.beforeFile?.(path.toString().slice(this.#root.length + 1));
		const same = previous?.type === 'file' && previous.size === node.size && previous.mtimeNs === node.mtimeNs && previous.ctimeNs === node.ctimeNs && previous.inode === node.inode;
		if (same && this.#writer.hasContent(previous.content!)) {
			node.content = previous.content!;
			this.filesUnmodified++;
			return;
		}
		const fd = openSync(path, 'r');
		try {
			const {promise, resolve, reject} = Promise.withResolvers<void>();
			const stored = (ids: Uint8Array, from: number, to: number, size: number): void => {
				Object.assign(node, {content: ids.slice(from, to), size});
				resolve();
			};
			await Promise.all([promise, this.#writer.storeContent(fd, node.size, {stored, failed: reject})]);
			this.filesRead++;
		} finally {
			closeSync(fd);
		}
	}
}

function nodeOf(name: Buffer, path: Buffer, stats: BigIntStats): Node {
	const type = typeOf(stats);
	const user = names('passwd').get(Number(stats.uid));
	const group = names('group').get(Number(stats.gid));
	return {
		name,
		type,
		mode: Number(stats.mode & 0o7777n),
		uid: Number(stats.uid),
		gid: Number(stats.gid),
		...(user === undefined ? {} : {user}),
		...(group === undefined ? {} : {group}),
		mtimeNs: stats.mtimeNs,
		// As restic: a real atime would change every tree on every run.
		atimeNs: stats.mtimeNs,
		ctimeNs: stats.ctimeNs,
		inode: stats.ino,
		deviceId: stats.dev,
		links: Number(stats.nlink),
		size: type === 'file' ? Number(stats.size) : 0,
		...(type === 'symlink' ? {linkTarget: readlinkSync(path, {encoding: 'buffer'})} : {}),
		...(type === 'dev' || type === 'chardev' ? {device: stats.rdev} : {}),
	};
}

function typeOf(stats: BigIntStats): NodeType {
	if (stats.isFile()) return 'file';
	if (stats.isDirectory()) return 'dir';
	if (stats.isSymbolicLink()) return 'symlink';
	if (stats.isFIFO()) return 'fifo';
	if (stats.isSocket()) return 'socket';
	return stats.isBlockDevice() ? 'dev' : 'chardev';
}

const tables = new Map<string, Map<number, string>>();

/** Names by number as the system knows them. */
function names(table: 'passwd' | 'group'): Map<number, string> {
	let known = tables.get(table);
	if (!known) {
		const lines = readFileSync(join('/etc', table), 'utf8').split('\n');
		known = new Map(lines.map(line => line.split(':')).map(fields => [Number(fields[2]), fields[0]!]));
		tables.set(table, known);
	}
	return known;
}
