import {idLength, idToHex} from '../blob-id.ts';
import {idOfKey, packKey, prefixes} from '../files/object-keys.ts';
import {readIndexFiles} from '../index/index-files.ts';
import {emptyFullIndex} from '../index/load-index.ts';
import {headerEntryBytes, packOverhead} from '../pack/pack-header.ts';
import {BitSet} from './bit-set.ts';
import {proveName} from './check-small-files.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {PackEntries} from '../index/pack-entries.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {Findings} from './findings.ts';

/** What the index says of all packs, and what the listing does. Numbers are those of `index.packs`. */
export type PackFacts = {
	index: FullIndex;
	indexFiles: number;
	/** Blobs the index names in the pack. */
	blobs: NumberList;
	/** Size the pack must have by the index, bytes. */
	expected: NumberList;
	/** Packs of the index that are there. */
	present: BitSet;
	/** Size as listed, bytes. */
	listed: NumberList;
	listedBytes: number;
	listedPacks: number;
	unreferenced: {count: number; bytes: number};
};

/** Loads the whole index, file by file, and compares the packs it names with those that are there. */
export async function checkIndex(repository: OpenRepository, findings: Findings, signal: AbortSignal): Promise<PackFacts> {
	const index = emptyFullIndex();
	const facts: PackFacts = {index, indexFiles: 0, blobs: new NumberList(), expected: new NumberList(), present: new BitSet(0), listed: new NumberList(), listedBytes: 0, listedPacks: 0, unreferenced: {count: 0, bytes: 0}};
	facts.indexFiles = await readIndexFiles(
		{
			...repository,
			onFile: (key, bytes) => proveName(key, idOfKey(key)!, bytes),
			onPack: entries => addPack(facts, entries),
			onDamaged: (key, error) => findings.damage(key, error),
		},
		signal,
	);
	await listPacks(repository, facts, signal);
	comparePacks(facts, findings);
	return facts;
}

function addPack({index, blobs, expected}: PackFacts, entries: PackEntries): void {
	const pack = index.packs.numberOf(entries.packId);
	for (let entry = 0; entry < entries.count; entry++) {
		const uncompressed = entries.uncompressedOf(entry);
		const table = entries.typeOf(entry) === 'tree' ? index.trees : index.data;
		index.packs.extend(pack, entries.offsetOf(entry) + entries.lengthOf(entry));
		if (!table.add(entries.ids, entry * idLength, pack, entries.offsetOf(entry), entries.lengthOf(entry), uncompressed)) continue;
		blobs.add(pack, 1);
		expected.add(pack, entries.lengthOf(entry) + headerEntryBytes(uncompressed !== 0));
	}
}

async function listPacks({storage}: OpenRepository, facts: PackFacts, signal: AbortSignal): Promise<void> {
	facts.present = new BitSet(facts.index.packs.count);
	for await (const {key, size} of storage.list(prefixes.data, signal)) {
		const id = idOfKey(key);
		if (!id) continue;
		facts.listedBytes += size;
		facts.listedPacks++;
		const pack = facts.index.packs.ids.find(Buffer.from(id, 'hex'));
		if (pack >= 0) {
			facts.present.add(pack);
			facts.listed.add(pack, size);
		} else facts.unreferenced = {count: facts.unreferenced.count + 1, bytes: facts.unreferenced.bytes + size};
	}
}

function comparePacks({index, blobs, expected, present, listed}: PackFacts, findings: Findings): void {
	for (let pack = 0; pack < index.packs.count; pack++) {
		const size = listed.at(pack);
		const wanted = expected.at(pack) + packOverhead;
		if (size === wanted || blobs.at(pack) === 0) continue; // an index may name a pack without blobs, and need not be right about it
		const key = packKey(idToHex(index.packs.ids.idOf(pack)));
		if (!present.has(pack)) findings.problem(key, `${key} is missing; ${blobs.at(pack)} blobs are lost with it`);
		else findings.problem(key, `${key} is ${size} bytes long; by the index it must be ${wanted}`);
	}
}

/** Sums per number, 0 at first. */
export class NumberList {
	#sums = new Float64Array(256);

	at(number: number): number {
		return this.#sums[number] ?? 0;
	}

	add(number: number, amount: number): void {
		if (number >= this.#sums.length) {
			const bigger = new Float64Array(2 * (number + 1));
			bigger.set(this.#sums);
			this.#sums = bigger;
		}
		this.#sums[number]! += amount;
	}
}
