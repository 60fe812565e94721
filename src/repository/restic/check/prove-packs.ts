import {idLength, idToHex, sameId} from '../blob-id.ts';
import {BitSet} from './bit-set.ts';
import {packKey} from '../files/object-keys.ts';
import {PackEntries} from '../index/pack-entries.ts';
import {faults} from '../opening/blob-opener.ts';
import {tasks} from '../opening/slot.ts';
import {headerEntryBytes, headerLengthBytes, packOverhead, readPackHeader} from '../pack/pack-header.ts';
import {BlobsByPack} from '../read/blobs-by-pack.ts';
import {planRuns} from '../read/plan-runs.ts';
import {SlotFiller} from '../read/slot-filler.ts';
import {streamBlobs} from '../read/stream-blobs.ts';
import {checkPack} from './check-pack.ts';
import {isDamage} from './findings.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {OpeningCrew} from '../opening/opening-crew.ts';
import type {BlobsOfPack} from '../read/blobs-of-pack.ts';
import type {BlobOwner} from '../read/slot-filler.ts';
import type {PackFacts} from './check-index.ts';
import type {Findings} from './findings.ts';

/** Packs read at the same time: while one waits for the store, the other's bytes are worked on. */
export const lanes = 2;

/** `isWhole`: everything of it has a place in a slot. `isSound`: and nothing is known to be wrong. */
type Reading = BlobOwner & {pack: number; isWhole: boolean; isSound: boolean};

/**
Reads packs whole, each in one request, and proves on all cores that every blob is what its ID says and every byte under one of the pack's seals: blobs first, at the
places that the index gives, then the header behind them, which must list the same. A pack in which anything is not so is read again, slowly and from its
header, to say what is wrong. `crew` is left to its owner to close.
*/
export async function provePacks(repository: OpenRepository, crew: OpeningCrew, facts: PackFacts, packs: readonly number[], findings: Findings, onPack: (pack: number) => void, signal: AbortSignal): Promise<void> {
	const wanted = new BitSet(facts.index.packs.count);
	for (const pack of packs) wanted.add(pack);
	const byPack = new BlobsByPack(facts.index, wanted);
	const doubtful: Reading[] = [];
	const misshapen: number[] = [];
	const stop = new AbortController();
	const stopping = AbortSignal.any([signal, stop.signal]);
	const pending = packs[Symbol.iterator]();

	const finish = (reading: Reading): void => {
		if (!reading.isWhole || reading.pending > 0) return;
		if (reading.isSound) onPack(reading.pack);
		else doubtful.push(reading);
	};
	const lane = async (): Promise<void> => {
		const filler = new SlotFiller<Reading>(crew, tasks.prove, (reading, _, slot, number) => {
			if (slot.faultOf(number) !== faults.none) reading.isSound = false;
			finish(reading);
		});
		for (let next = pending.next(); !next.done; next = pending.next()) {
			stopping.throwIfAborted();
			const reading: Reading = {pack: next.value, isWhole: false, isSound: true, pending: 0};
			const isShaped = await readPack(repository, facts, byPack.of(reading.pack), reading, filler, stopping);
			if (isShaped) {
				reading.isWhole = true;
				finish(reading);
			} else misshapen.push(reading.pack);
		}
		filler.flush();
	};

	await Promise.allSettled(Array.from({length: lanes}, async () => lane().catch((error: unknown) => stop.abort(error))));
	if (stop.signal.aborted) throw stop.signal.reason;
	await crew.drain();
	for (const pack of misshapen) {
		await checkPack(repository, facts, pack, findings, signal);
		onPack(pack);
	}
	for (const {pack} of doubtful) {
		const before = findings.problemsTotal;
		await checkPack(repository, facts, pack, findings, signal);
		if (findings.problemsTotal === before) {
			const key = keyOf(facts, pack);
			findings.warning(key, `${key} was found damaged when it was first read, and sound when it was read again: the network, or the memory of a machine, may be faulty`);
		}
		onPack(pack);
	}
}

/** Reads a pack into slots; false, before anything is read, for one that is not by the index as packs are, or holds a blob too large for a slot. */
async function readPack(repository: OpenRepository, facts: PackFacts, blobs: BlobsOfPack, reading: Reading, filler: SlotFiller<Reading>, signal: AbortSignal): Promise<boolean> {
	const [run, ...more] = planRuns(blobs, 0);
	const size = facts.listed.at(blobs.pack);
	if (!run || more.length > 0 || run.isLarge || run.offset > 0 || size !== run.length + headerBytes(blobs)) return false;
	const rest = Buffer.alloc(size - run.length);
	try {
		await streamBlobs(repository.storage, keyOf(facts, blobs.pack), blobs, run, reading, filler, signal, rest);
		if (!isHeaderOf(repository, rest, blobs)) reading.isSound = false;
	} catch (error) {
		if (!isDamage(error)) throw error;
		reading.isSound = false;
	}
	return true;
}

function isHeaderOf({sealer}: OpenRepository, rest: Buffer, blobs: BlobsOfPack): boolean {
	const headerEnd = rest.length - headerLengthBytes;
	if (rest.readUInt32LE(headerEnd) !== headerEnd) return false;
	const header = sealer.tryOpen(rest.subarray(0, headerEnd));
	if (!header) return false;
	const entries = new PackEntries();
	try {
		readPackHeader(header, entries, '');
	} catch (error) {
		if (isDamage(error)) return false;
		throw error;
	}
	if (entries.count !== blobs.length) return false;
	for (let at = 0; at < entries.count; at++) {
		if (entries.typeOf(at) !== blobs.typeOf(at) || entries.offsetOf(at) !== blobs.offsetOf(at) || entries.lengthOf(at) !== blobs.lengthOf(at)) return false;
		if (entries.uncompressedOf(at) !== blobs.uncompressedOf(at) || !sameId(entries.ids, at * idLength, blobs.idOf(at), 0)) return false;
	}
	return true;
}

function headerBytes(blobs: BlobsOfPack): number {
	let bytes = packOverhead;
	for (let at = 0; at < blobs.length; at++) bytes += headerEntryBytes(blobs.uncompressedOf(at) !== 0);
	return bytes;
}

const keyOf = ({index}: PackFacts, pack: number): string => packKey(idToHex(index.packs.ids.idOf(pack)));
