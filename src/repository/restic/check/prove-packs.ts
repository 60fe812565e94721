import {BitSet} from './bit-set.ts';
import {faults} from '../opening/blob-opener.ts';
import {tasks} from '../opening/slot.ts';
import {BlobsByPack} from '../read/blobs-by-pack.ts';
import {SlotFiller} from '../read/slot-filler.ts';
import {checkPack} from './check-pack.ts';
import {isDamage} from './findings.ts';
import {keyOfPack, readPack} from './read-pack.ts';
import {TreesInSlots} from './trees-in-slots.ts';
import type {OpenedFile} from '../../../storage/storage.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {OpeningCrew} from '../opening/opening-crew.ts';
import type {PackFacts} from './check-index.ts';
import type {Findings} from './findings.ts';
import type {PackReading} from './read-pack.ts';
import type {TreeFacts} from './tree-facts.ts';

/** Packs read at the same time: while one waits for the store, the other's bytes are worked on. */
export const lanes = 2;

export type ProvePacks = {
	repository: OpenRepository;
	crew: OpeningCrew;
	facts: PackFacts;
	/** Learns of the trees on the way. */
	trees: TreeFacts;
	packs: readonly number[];
	findings: Findings;
	/** Told of each pack, whatever was found in it. */
	onPack: (pack: number) => void;
};

/**
Reads packs whole, each in one request, and proves on all cores that every blob is what its ID says and every byte under one of the pack's seals: blobs at the
places that the index gives, and the header behind them, which must list the same. A pack in which anything is not so is read again, slowly and from its
header, to say what is wrong. `crew` is closed when that fails.
*/
export async function provePacks({repository, crew, facts, trees, packs, findings, onPack}: ProvePacks, signal: AbortSignal): Promise<void> {
	const wanted = new BitSet(facts.index.packs.count);
	for (const pack of packs) wanted.add(pack);
	const byPack = new BlobsByPack(facts.index, wanted);
	const doubtful: number[] = [];
	const misshapen: number[] = [];
	const files = new Set<OpenedFile>();
	const stop = new AbortController();
	const stopping = AbortSignal.any([signal, stop.signal]);
	const pending = packs[Symbol.iterator]();

	const finish = (reading: PackReading): void => {
		if (!reading.isWhole || reading.pending > 0) return;
		if (reading.isSound) onPack(reading.pack);
		else doubtful.push(reading.pack);
		if (reading.file) close(reading.file);
	};
	const close = (file: OpenedFile): void => {
		files.delete(file);
		// It was only read; nothing is lost with a close that fails.
		file.close().catch(() => {});
	};
	const lane = async (): Promise<void> => {
		const data = new SlotFiller<PackReading>(crew, tasks.prove, (reading, _, slot, number) => {
			if (slot.faultOf(number) !== faults.none) reading.isSound = false;
			finish(reading);
		});
		const treeNodes = new TreesInSlots(trees);
		const tree = new SlotFiller<PackReading>(crew, tasks.proveAndKeep, (reading, _, slot, number) => {
			if (slot.faultOf(number) !== faults.none) reading.isSound = false;
			else treeNodes.read(slot, number);
			finish(reading);
		});
		for (let next = pending.next(); !next.done; next = pending.next()) {
			stopping.throwIfAborted();
			const reading: PackReading = {pack: next.value, isWhole: false, isSound: true, pending: 0};
			const onFile = (file: OpenedFile): void => void files.add((reading.file = file));
			try {
				if (!(await readPack({repository, facts, trees, blobs: byPack.of(reading.pack), reading, fillers: {data, tree}, onFile}, stopping))) {
					misshapen.push(reading.pack);
					continue;
				}
			} catch (error) {
				if (!isDamage(error)) throw error;
				reading.isSound = false;
			}
			reading.isWhole = true;
			finish(reading);
		}
		data.flush();
		tree.flush();
	};

	try {
		await Promise.allSettled(Array.from({length: lanes}, async () => lane().catch((error: unknown) => stop.abort(error))));
		if (stop.signal.aborted) throw stop.signal.reason;
		await crew.drain();
	} catch (error) {
		// No thread may read on from a descriptor that is another file's by then.
		await crew.close();
		for (const file of files) close(file);
		throw error;
	}
	for (const pack of misshapen) {
		await checkPack(repository, facts, pack, findings, signal);
		onPack(pack);
	}
	for (const pack of doubtful) {
		const before = findings.problemsTotal;
		await checkPack(repository, facts, pack, findings, signal);
		if (findings.problemsTotal === before) {
			const key = keyOfPack(facts, pack);
			findings.warning(key, `${key} was found damaged when it was first read, and sound when it was read again: the network, or the memory of a machine, may be faulty`);
		}
		onPack(pack);
	}
}
