import {LazaretteError} from '../../../base/errors.ts';
import {shortId} from '../../archive.ts';
import {idToHex} from '../blob-id.ts';
import {packKey, snapshotKey} from '../files/object-keys.ts';
import {loadPruneIndex} from '../prune/load-prune-index.ts';
import {readSnapshots} from '../snapshot-files.ts';
import {isPinned} from '../snapshots/pinned.ts';
import {startArchive} from '../write/archive-writer.ts';
import {TreeDiagnosis} from './tree-diagnosis.ts';
import {rewriteTree} from './rewrite-tree.ts';
import type {Archive} from '../../archive.ts';
import type {CheckFinding} from '../check/check-result.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {TreeFinding} from './tree-diagnosis.ts';

export type RepairSnapshotsOptions = {
	/** Which archives; all unless given. */
	select?: (archive: Archive) => boolean;
	/** Remove what was repaired, or can not be; else the repaired archive stands beside it with the tag `repaired`. Pinned archives are replaced, but never lost. */
	forget?: boolean;
	/** Keep of a damaged file what is left of it, without the pieces that are missing, instead of leaving it out. */
	keepPartial?: boolean;
	/** Decide only. */
	dryRun?: boolean;
};

export type RepairSnapshotsResult = {
	dryRun: boolean;
	/** Archives that needed nothing. */
	sound: number;
	/** `after` is absent in a dry run. Each damaged entry is listed with the first archive that has it. */
	repaired: {before: Archive; after?: Archive; findings: TreeFinding[]}[];
	/** Archives of which not even the root can be read. */
	unreadable: Archive[];
	/** Snapshot files that can not be read. */
	damaged: CheckFinding[];
	/** Keys of removed snapshot files. */
	removed: string[];
};

export const repairedTag = 'repaired';

/**
Writes archives anew without what can not be restored any more, so that what is left of them can be used like any other. `lock` is exclusive, unless it is a dry run. The
new archive is whole before the old one goes.
@throws RepositoryDamaged when the index can not be read, or names packs that are not there
*/
export async function repairSnapshots(repository: OpenRepository, lock: HeldLock, options: RepairSnapshotsOptions, signal: AbortSignal): Promise<RepairSnapshotsResult> {
	const {select = () => true, forget = false, dryRun = false} = options;
	const repairing = AbortSignal.any([signal, lock.signal]);
	const damagedFiles: LazaretteError[] = [];
	const archives = await readSnapshots(repository, repairing, error => damagedFiles.push(error));
	const loaded = await loadPruneIndex(repository, repairing);
	refuseMissingPacks(loaded);

	const result: RepairSnapshotsResult = {dryRun, sound: 0, repaired: [], unreadable: [], damaged: damagedFiles.map(error => ({object: String(error.context['object'] ?? 'snapshots/'), message: error.message})), removed: []};
	const diagnosis = new TreeDiagnosis(repository, loaded.index, {keepPartial: options.keepPartial ?? false, signal: repairing});
	const remove = async (key: string): Promise<void> => {
		if (dryRun || !forget) return;
		await lock.confirm(signal);
		await repository.storage.remove(key, repairing);
		result.removed.push(key);
	};

	for (const archive of archives.filter(select)) {
		const state = await diagnosis.examine(archive.tree);
		const findings = diagnosis.takeFindings();
		if (state === 'sound') result.sound++;
		else if (state === 'unreadable') {
			result.unreadable.push(archive);
			if (!isPinned(archive)) await remove(snapshotKey(archive.id));
		} else if (dryRun) result.repaired.push({before: archive, findings});
		else {
			result.repaired.push({before: archive, after: await writeRepaired(repository, lock, archive, {diagnosis, archives, forget}, repairing), findings});
			await remove(snapshotKey(archive.id));
		}
	}
	for (const {object} of result.damaged) if (object.startsWith('snapshots/')) await remove(object);
	return result;
}

/** As a new archive; one that an earlier run wrote before it was cut off is taken instead of writing it twice. */
async function writeRepaired(repository: OpenRepository, lock: HeldLock, archive: Archive, {diagnosis, archives, forget}: {diagnosis: TreeDiagnosis; archives: readonly Archive[]; forget: boolean}, signal: AbortSignal): Promise<Archive> {
	// Trees are kept as they were but for what is wrong with them.
	const writer = await startArchive({...repository, treeForm: 'restic'}, {signal: lock.signal, held: async () => lock}, {}, signal);
	try {
		const tree = await rewriteTree(writer, diagnosis, archive.tree);
		const twin = archives.find(other => other.original === archive.id && other.tree === tree);
		if (twin) {
			await writer.abandon();
			return twin;
		}
		const {id, ...content} = archive;
		const tags = forget || archive.tags.includes(repairedTag) ? archive.tags : [...archive.tags, repairedTag];
		return await writer.finish({...content, tree, tags, original: id});
	} catch (error) {
		await writer.abandon();
		throw error;
	}
}

function refuseMissingPacks({index, listed}: Awaited<ReturnType<typeof loadPruneIndex>>): void {
	for (const table of [index.trees, index.data]) {
		for (let entry = 0; entry < table.count; entry++) {
			const pack = table.packOf(entry);
			if (listed[pack]! >= 0) continue;
			throw new LazaretteError('RepositoryDamaged', `the index names ${packKey(idToHex(index.packs.ids.idOf(pack)))}, which is missing`, {hint: `repair the index first, so that it says what is lost; nothing was changed`});
		}
	}
}

/** For messages: `ab12cd34 of 2026-…`. */
export const describeArchive = ({id, time}: Archive): string => `${shortId(id)} of ${time.toISOString()}`;
