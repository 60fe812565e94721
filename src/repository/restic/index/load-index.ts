import {idLength} from '../blob-id.ts';
import {BlobTable} from './blob-table.ts';
import {readIndexFiles} from './index-files.ts';
import {PackTable} from './pack-table.ts';
import {SharedIdSet} from './shared-id-set.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {PackEntries} from './pack-entries.ts';

/** What writing needs: which data is there already, and where the parent's trees lie. About 40 bytes per data blob. */
export type WriterIndex = {packs: PackTable; trees: BlobTable; data: SharedIdSet};

/** What reading needs: where everything lies. About 56 bytes per blob. */
export type FullIndex = {packs: PackTable; trees: BlobTable; data: BlobTable};

type Source = {storage: Storage; sealer: Sealer};

export async function loadWriterIndex({storage, sealer}: Source, signal: AbortSignal): Promise<WriterIndex> {
	const index = {packs: new PackTable(), trees: new BlobTable(), data: new SharedIdSet()};
	const onPack = (entries: PackEntries): void => {
		let pack = -1;
		for (let entry = 0; entry < entries.count; entry++) {
			if (entries.typeOf(entry) === 'data') {
				index.data.add(entries.ids, entry * idLength);
				continue;
			}
			if (pack < 0) pack = index.packs.numberOf(entries.packId);
			addPlace(index.packs, index.trees, pack, entries, entry);
		}
	};
	await readIndexFiles({storage, sealer, onPack}, signal);
	return index;
}

export async function loadFullIndex({storage, sealer}: Source, signal: AbortSignal): Promise<FullIndex> {
	const index = emptyFullIndex();
	await readIndexFiles({storage, sealer, onPack: entries => void addPack(index, entries)}, signal);
	return index;
}

export const emptyFullIndex = (): FullIndex => ({packs: new PackTable(), trees: new BlobTable(), data: new BlobTable()});

/** Adds all places of one pack; those known already, from a second index file naming the pack, change nothing. Returns the pack's number. */
export function addPack(index: FullIndex, entries: PackEntries): number {
	const pack = index.packs.numberOf(entries.packId);
	for (let entry = 0; entry < entries.count; entry++) {
		addPlace(index.packs, entries.typeOf(entry) === 'tree' ? index.trees : index.data, pack, entries, entry);
	}
	return pack;
}

function addPlace(packs: PackTable, blobs: BlobTable, pack: number, entries: PackEntries, entry: number): void {
	const offset = entries.offsetOf(entry);
	const length = entries.lengthOf(entry);
	packs.extend(pack, offset + length);
	blobs.add(entries.ids, entry * idLength, pack, offset, length, entries.uncompressedOf(entry));
}
