import {createHash} from 'node:crypto';
import {LazaretteError} from '../../../base/errors.ts';
import {idLength, idToHex} from '../blob-id.ts';
import {Sealer} from '../crypto/sealer.ts';
import {packKey} from '../files/object-keys.ts';
import {PackEntries} from '../index/pack-entries.ts';
import {headerLengthBytes, readPackHeader} from '../pack/pack-header.ts';
import {fetchAhead} from '../read/fetch-ahead.ts';
import {proveBlob} from '../read/open-blob.ts';
import {planRanges} from '../read/plan-ranges.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {PackFacts} from './check-index.ts';
import type {Findings} from './findings.ts';

const rangeLimits = {maxBytes: 4 * 1024 * 1024, maxGap: 0};

/** Reads one pack whole: its hash against its name, its header against the index, and each of its blobs against its ID. */
export async function checkPack(repository: OpenRepository, facts: PackFacts, pack: number, findings: Findings, signal: AbortSignal): Promise<void> {
	const id = idToHex(facts.index.packs.ids.idOf(pack));
	const key = packKey(id);
	await findings.guard(key, async () => {
		const {header, entries, tail} = await readHeader(repository, key, facts.listed.at(pack), signal);
		compareWithIndex(entries, facts, pack, key, findings);

		const digest = createHash('sha256');
		let damagedBlobs = 0;
		const parts = Array.from({length: entries.count}, (_, entry) => ({offset: entries.offsetOf(entry), length: entries.lengthOf(entry)}));
		for await (const {item: range, result: bytes} of fetchAhead(planRanges(parts, rangeLimits), async ({offset, length}) => repository.storage.get(key, signal, {offset, length}))) {
			digest.update(bytes);
			for (const entry of range.parts) {
				const from = entries.offsetOf(entry) - range.offset;
				const hex = idToHex(entries.ids, entry * idLength);
				const what = `${entries.typeOf(entry)} blob ${hex} in ${key}`;
				try {
					await proveBlob(repository.sealer, bytes.subarray(from, from + entries.lengthOf(entry)), entries.uncompressedOf(entry), hex, what);
				} catch (error) {
					findings.damage(key, error);
					damagedBlobs++;
				}
			}
		}
		digest.update(header).update(tail);
		if (digest.digest('hex') !== id && damagedBlobs === 0) findings.problem(key, `${key} is not what was written: its hash differs from its name`);
	});
}

/** The sealed header and what follows it, as stored, and the entries it lists. The blobs must end where it begins. */
async function readHeader({storage, sealer}: OpenRepository, key: string, size: number, signal: AbortSignal): Promise<{header: Buffer; tail: Buffer; entries: PackEntries}> {
	const smallest = Sealer.overhead + headerLengthBytes;
	if (size < smallest) throw new LazaretteError('RepositoryDamaged', `${key} is ${size} bytes long, too short for a pack`);
	const tail = await storage.get(key, signal, {offset: size - headerLengthBytes, length: headerLengthBytes});
	const headerLength = tail.readUInt32LE();
	const blobsEnd = size - headerLengthBytes - headerLength;
	if (headerLength < Sealer.overhead || blobsEnd < 0) throw new LazaretteError('RepositoryDamaged', `${key} gives its header a length of ${headerLength} bytes, which can not be`);

	const header = await storage.get(key, signal, {offset: blobsEnd, length: headerLength});
	const entries = new PackEntries();
	const end = readPackHeader(sealer.open(header, `the header of ${key}`), entries, key);
	if (end !== blobsEnd) throw new LazaretteError('RepositoryDamaged', `${key} holds ${blobsEnd} bytes of blobs, its header lists ${end}`);
	return {header, tail, entries};
}

function compareWithIndex(entries: PackEntries, facts: PackFacts, pack: number, key: string, findings: Findings): void {
	let known = 0;
	for (let entry = 0; entry < entries.count; entry++) if (isIndexed(entries, entry, facts.index, pack)) known++;
	const indexed = facts.blobs.at(pack);
	if (known !== entries.count || known !== indexed) {
		findings.problem(key, `${key} and the index disagree: its header lists ${entries.count} blobs, the index ${indexed}, and ${known} are the same in both`);
	}
}

function isIndexed(entries: PackEntries, entry: number, index: FullIndex, pack: number): boolean {
	const table = entries.typeOf(entry) === 'tree' ? index.trees : index.data;
	for (let place = table.find(entries.ids, entry * idLength); place >= 0; place = table.find(entries.ids, entry * idLength, place)) {
		if (table.packOf(place) === pack && table.offsetOf(place) === entries.offsetOf(entry)) {
			return table.lengthOf(place) === entries.lengthOf(entry) && table.uncompressedOf(place) === entries.uncompressedOf(entry);
		}
	}
	return false;
}
