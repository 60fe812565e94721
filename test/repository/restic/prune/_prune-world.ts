import {createHash, hash, randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {neverAborts} from '../../../../src/base/abort.ts';
import {systemRandom} from '../../../../src/base/random.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {newConfig} from '../../../../src/repository/restic/files/config.ts';
import {packKey} from '../../../../src/repository/restic/files/object-keys.ts';
import {compress} from '../../../../src/repository/restic/files/zstd.ts';
import {IndexWriter} from '../../../../src/repository/restic/index/index-writer.ts';
import {acquireLock} from '../../../../src/repository/restic/lock/acquire-lock.ts';
import {judgeAllLive} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {PackWriter} from '../../../../src/repository/restic/pack/pack-writer.ts';
import {checkRepository} from '../../../../src/repository/restic/check/check-repository.ts';
import {prune} from '../../../../src/repository/restic/prune/prune.ts';
import {writeSnapshot} from '../../../../src/repository/restic/snapshot-files.ts';
import {openFilesystemStorage} from '../../../../src/storage/filesystem/open-filesystem-storage.ts';
import {temporaryDirectory, testClock, testHolder} from '../write/_repository.ts';
import type {ExecutionContext} from 'ava';
import type {Archive} from '../../../../src/repository/archive.ts';
import type {CheckResult} from '../../../../src/repository/restic/check/check-result.ts';
import type {ClosedPack} from '../../../../src/repository/restic/pack/pack-writer.ts';
import type {OpenRepository} from '../../../../src/repository/restic/open-repository.ts';
import type {PruneOptions} from '../../../../src/repository/restic/prune/prune.ts';
import type {PruneResult} from '../../../../src/repository/restic/prune/prune-result.ts';
import type {Storage} from '../../../../src/storage/storage.ts';

export type Blob = {type: 'data' | 'tree'; id: string; plain: Buffer; raw?: boolean};

export const data = (size = 1000): Blob => blob('data', randomBytes(size));
export const blob = (type: Blob['type'], plain: Buffer): Blob => ({type, id: hash('sha256', plain, 'hex'), plain});

/** A tree of one file for each blob. */
export const treeOf = (...contents: Blob[]): Blob => {
	const nodes = contents.map(({id, plain}, number) => ({name: `f${String(number).padStart(6, '0')}`, type: 'file', mode: 0o644, ...times, uid: 0, gid: 0, size: plain.length, content: [id]}));
	return blob('tree', Buffer.from(`${JSON.stringify({nodes})}\n`));
};

const times = {mtime: '2026-01-01T00:00:00Z', atime: '2026-01-01T00:00:00Z', ctime: '2026-01-01T00:00:00Z'};

/** A repository built object by object, as any writer might have left it. */
export type PruneWorld = {
	path: string;
	repository: OpenRepository;
	/** Stores a pack that no index names yet. */
	pack(...blobs: Blob[]): Promise<ClosedPack>;
	/** Writes one index file. */
	index(...packs: ClosedPack[]): Promise<void>;
	archive(tree: Blob): Promise<Archive>;
	prune(options?: PruneOptions, storage?: Storage): Promise<PruneResult>;
	check(): Promise<CheckResult>;
	keys(prefix: string): Promise<string[]>;
};

export function pruneWorld(t: ExecutionContext, parts: Partial<OpenRepository> = {}): PruneWorld {
	const path = join(temporaryDirectory(t), 'repository');
	const storage = openFilesystemStorage({kind: 'filesystem', path});
	t.teardown(async () => storage.close());
	const sealer = new Sealer(generateMasterKey(systemRandom), systemRandom);
	const clock = testClock();
	const repository: OpenRepository = {
		storage,
		sealer,
		config: newConfig(systemRandom),
		keyId: '',
		clock,
		random: systemRandom,
		treeForm: 'canonical',
		compression: {level: 3},
		packSize: 16 * 1024 * 1024,
		...parts,
	};

	const lock = async (through: Storage) => acquireLock({...repository, storage: through, holder: testHolder, judge: judgeAllLive, exclusive: true, signal: neverAborts});
	return {
		path,
		repository,
		async pack(...blobs) {
			const writer = new PackWriter({sealer, random: systemRandom, scratchDirectory: storage.scratchDirectory, packSize: 2 ** 40});
			for (const {type, id, plain, raw = type === 'data'} of blobs) writer.append(type, Buffer.from(id, 'hex'), 0, raw ? plain : compress(plain, 3), raw ? 0 : plain.length);
			const closed = writer.close()!;
			await storage.putFile(packKey(closed.id), closed.file, neverAborts, {sha256: closed.id});
			return closed;
		},
		async index(...packs) {
			const writer = new IndexWriter({storage, sealer, clock, version: repository.config.version});
			for (const pack of packs) writer.add(pack);
			await writer.flush(neverAborts);
		},
		archive: async tree => writeSnapshot(repository, {time: clock.now(), tree: tree.id, paths: ['/data'], hostname: 'test', username: 'root', excludes: [], tags: []}, neverAborts),
		async prune(options = {}, through = storage) {
			const held = await lock(through);
			try {
				return await prune({...repository, storage: through}, held, options, neverAborts);
			} finally {
				await held.release();
			}
		},
		// Key and config are not among the objects here.
		async check() {
			const result = await checkRepository(repository, {readData: true}, neverAborts);
			return {...result, problems: result.problems.filter(({object}) => object !== 'config')};
		},
		async keys(prefix) {
			const keys: string[] = [];
			for await (const {key} of storage.list(prefix, neverAborts)) keys.push(key);
			return keys.sort();
		},
	};
}

/** A hash of all objects, to tell whether anything was changed. */
export async function fingerprint(world: PruneWorld): Promise<string> {
	const digest = createHash('sha256');
	for (const key of await world.keys('')) if (!key.startsWith('locks/')) digest.update(key).update(await world.repository.storage.get(key, neverAborts));
	return digest.digest('hex');
}
