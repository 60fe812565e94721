import {LazaretteError} from '../../../base/errors.ts';
import {idToHex} from '../blob-id.ts';
import {BitSet} from '../check/bit-set.ts';
import {packKey} from '../files/object-keys.ts';
import {headerEntryBytes, packOverhead} from '../pack/pack-header.ts';
import type {BlobType} from '../blob-type.ts';
import type {BlobTable} from '../index/blob-table.ts';
import type {PruneIndex} from './load-prune-index.ts';
import type {MarkedBlobs} from './mark-used.ts';
import type {PackUse} from './plan-prune.ts';

export type ChosenCopies = {
	/** The one place of each used blob that counts; all others count as unused. */
	chosen: Record<BlobType, BitSet>;
	packs: PackUse[];
	/** Packs that are there and as the index has them. */
	sound: BitSet;
	/** Further places of used blobs. */
	duplicates: {blobs: number; bytes: number};
};

/**
Says of each pack what of it is used. Of a blob with several copies one is chosen: where something else is used anyway, then where nothing is unused,
as in the packs that a prune wrote before it was cut off. A pack that is missing, or not as the index has it, offers no copy.
@throws RepositoryDamaged naming a used blob that has no usable copy
*/
export function chooseCopies({index, listed}: PruneIndex, marked: MarkedBlobs): ChosenCopies {
	const {packs} = index;
	const uses = Array.from({length: packs.count}, (_, pack): PackUse => ({pack, content: 'nothing', usedBlobs: 0, usedBytes: 0, unusedBlobs: 0, unusedBytes: 0, headerBytes: packOverhead, rawTrees: false, missing: listed[pack]! < 0}));
	const blobBytes = new Float64Array(packs.count);
	const tables: [BlobType, BlobTable, BitSet][] = [
		['tree', index.trees, marked.trees],
		['data', index.data, marked.data],
	];

	// All blobs count as unused at first.
	for (const [type, table] of tables) {
		for (let entry = 0; entry < table.count; entry++) {
			const use = uses[table.packOf(entry)]!;
			const length = table.lengthOf(entry);
			use.content = use.content === 'nothing' || use.content === type ? type : 'mixed';
			use.unusedBlobs++;
			use.unusedBytes += length;
			use.headerBytes += headerEntryBytes(table.isCompressed(entry));
			use.rawTrees ||= type === 'tree' && !table.isCompressed(entry);
			blobBytes[use.pack]! += length;
		}
	}
	const problemOf = (pack: number): string | undefined => {
		const expected = uses[pack]!.headerBytes + blobBytes[pack]!;
		if (listed[pack]! < 0) return 'is missing';
		if (listed[pack] !== expected) return `is ${listed[pack]} bytes long; by the index it must be ${expected}`;
		return packs.endOf(pack) === blobBytes[pack] ? undefined : 'has gaps or overlaps by the index';
	};
	const problems = uses.map(({pack}) => problemOf(pack));
	const withUnused = new Uint32Array(packs.count);
	for (const {pack, unusedBlobs} of uses) withUnused[pack] = unusedBlobs;

	const chosen = {tree: new BitSet(index.trees.count), data: new BitSet(index.data.count)};
	const duplicates = {blobs: 0, bytes: 0};
	const choose = (type: BlobType, table: BlobTable, entry: number): void => {
		const use = uses[table.packOf(entry)]!;
		const length = table.lengthOf(entry);
		chosen[type].add(entry);
		use.usedBlobs++;
		use.unusedBlobs--;
		use.usedBytes += length;
		use.unusedBytes -= length;
		duplicates.blobs--;
		duplicates.bytes -= length;
	};

	const contested: Record<BlobType, BitSet> = {tree: new BitSet(index.trees.count), data: new BitSet(index.data.count)};
	for (const [type, table, used] of tables) {
		for (const entry of entriesOf(used, table.count)) {
			let usable = 0;
			let only = -1;
			for (const place of placesOf(table, entry)) {
				withUnused[table.packOf(place)]!--;
				duplicates.blobs++;
				duplicates.bytes += table.lengthOf(place);
				if (problems[table.packOf(place)] !== undefined) continue;
				usable++;
				only = place;
			}
			if (usable === 0) throw unusable(type, table, entry, pack => `${packKey(idToHex(packs.ids.idOf(pack)))} ${problems[pack]}`);
			if (usable === 1) choose(type, table, only);
			else contested[type].add(entry);
		}
	}

	for (const [type, table] of tables) {
		for (const entry of entriesOf(contested[type], table.count)) {
			let best = -1;
			let bestScore = -1;
			for (const place of placesOf(table, entry)) {
				const pack = table.packOf(place);
				if (problems[pack] !== undefined) continue;
				const score = (uses[pack]!.usedBlobs > 0 ? 2 : 0) + (withUnused[pack] === 0 ? 1 : 0);
				if (score > bestScore) [best, bestScore] = [place, score];
			}
			choose(type, table, best);
		}
	}

	const sound = new BitSet(packs.count);
	for (const {pack} of uses) if (problems[pack] === undefined) sound.add(pack);
	return {chosen, packs: uses, sound, duplicates};
}

function* entriesOf(set: BitSet, size: number): Generator<number> {
	for (let entry = 0; entry < size; entry++) if (set.has(entry)) yield entry;
}

/** `first` and the other places of the same blob. */
export function* placesOf(table: BlobTable, first: number): Generator<number> {
	const id = table.ids.idOf(first);
	for (let place = first; place >= 0; place = table.find(id, 0, place)) yield place;
}

const unusable = (type: BlobType, table: BlobTable, entry: number, describe: (pack: number) => string): LazaretteError => {
	const id = idToHex(table.ids.idOf(entry));
	return new LazaretteError('RepositoryDamaged', `${type} blob ${id} is needed, but ${describe(table.packOf(entry))}`, {
		hint: 'nothing was removed; run a check to see what is affected, and bring back the pack, or repair the index, before the next prune',
		context: {blob: id},
	});
};
