import {closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createHash} from 'node:crypto';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {zstdCompressSync} from 'node:zlib';
import test from 'ava';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {generateMasterKey} from '../../../../src/repository/restic/crypto/master-key.ts';
import {Sealer} from '../../../../src/repository/restic/crypto/sealer.ts';
import {faults} from '../../../../src/repository/restic/opening/blob-opener.ts';
import {OpeningCrew} from '../../../../src/repository/restic/opening/opening-crew.ts';
import {tasks} from '../../../../src/repository/restic/opening/slot.ts';
import {SlotFiller} from '../../../../src/repository/restic/read/slot-filler.ts';
import {seededRandom} from '../crypto/_seeded-random.ts';

const rounds = Number(process.env.LAZARETTE_STRESS_ROUNDS ?? 12);
const seed = Number(process.env.LAZARETTE_STRESS_SEED ?? 20_261_122);
const random = seededRandom(seed);
const below = (count: number): number => Math.floor(random.fraction() * count);
const sealer = new Sealer(generateMasterKey(random), random);

type Blob = {sealed: Buffer; uncompressed: number; id: Buffer; fault: number; position: number};

/** Sizes from a byte to more than a window, some damaged. */
function makeBlobs(): {blobs: Blob[]; file: Buffer} {
	let position = 0;
	const blobs = Array.from({length: 60}, (): Blob => {
		const length = 1 + below(below(8) === 0 ? 1_200_000 : 40_000);
		const isCompressed = below(2) === 0;
		const plain = isCompressed ? Buffer.alloc(length, `${below(1000)} all hands `) : random.bytes(length);
		const sealed = sealer.seal(isCompressed ? zstdCompressSync(plain) : plain);
		const isDamaged = below(10) === 0;
		if (isDamaged) sealed[below(sealed.length)]! ^= 1 + below(255);
		const blob = {sealed, uncompressed: isCompressed ? length : 0, id: createHash('sha256').update(plain).digest(), fault: isDamaged ? faults.seal : faults.none, position};
		position += sealed.length;
		return blob;
	});
	return {blobs, file: Buffer.concat(blobs.map(({sealed}) => sealed))};
}

const openFiles = (): number => readdirSync('/proc/self/fd').length;

test.serial(`whatever happens to a crew, everything asked of it is answered (seed ${seed})`, async t => {
	t.timeout(120_000);
	const unhandled: unknown[] = [];
	const note = (reason: unknown): void => void unhandled.push(reason);
	process.on('unhandledRejection', note);
	const directory = mkdtempSync(join(tmpdir(), 'lazarette-test-'));
	t.teardown(() => {
		process.off('unhandledRejection', note);
		rmSync(directory, {recursive: true, force: true});
	});
	const {blobs, file} = makeBlobs();
	writeFileSync(join(directory, 'pack'), file);
	const before = openFiles();
	for (let round = 0; round < rounds; round++) {
		const fd = openSync(join(directory, 'pack'), 'r');
		const threads = below(4);
		const crew = new OpeningCrew(sealer.key, {lanes: 2, threads});
		const [endsAt, killsAt, throwsAt] = [below(3) === 0 ? below(60) : Infinity, threads > 0 && below(4) === 0 ? below(60) : Infinity, below(4) === 0 ? below(60) : Infinity];
		// At a place that no file has, reading throws on whichever thread has got that far.
		const breaksAt = below(4) === 0 ? below(60) : Infinity;
		let asked = 0;
		let delivered = 0;
		const wrong: number[] = [];
		const owner = {pending: 0};
		const lane = async (first: number): Promise<void> => {
			const refers = below(2) === 0;
			const task = [tasks.prove, tasks.proveAndKeep][below(2)]!;
			const filler = new SlotFiller<typeof owner>(crew, task, (_, at, slot, number) => {
				if (delivered++ === throwsAt) throw new RangeError('no room');
				if (slot.faultOf(number) !== blobs[at]!.fault) wrong.push(at);
			});
			for (let at = first; at < blobs.length; at += 2) {
				const {sealed, uncompressed, id, position} = blobs[at]!;
				if (asked === killsAt) void crew.endThreads();
				if (asked++ >= endsAt) return;
				if (asked === breaksAt) await filler.refer(owner, at, sealed.length, uncompressed, id, {fd, position: 2 ** 62});
				else if (!refers) (await filler.room(owner, at, sealed.length, uncompressed, id)).set(sealed);
				else await filler.refer(owner, at, sealed.length, uncompressed, id, {fd, position});
			}
			filler.flush();
		};
		const ends = await Promise.allSettled([lane(0), lane(1)]);
		const failure = ends.find(end => end.status === 'rejected');
		if (!failure && endsAt === Infinity) await crew.drain().then(() => t.is(owner.pending, 0), (error: unknown) => ends.push({status: 'rejected', reason: error}));
		await crew.close();
		closeSync(fd);
		for (const end of ends) {
			if (end.status === 'rejected') t.true(end.reason instanceof RangeError || (Math.min(killsAt, breaksAt) < Infinity && isLazaretteError(end.reason, 'Unexpected')), String(end.reason));
		}
		t.deepEqual(wrong, [], `round ${round}`);
	}
	await new Promise(resolve => setImmediate(resolve));
	t.deepEqual(unhandled, []);
	t.is(openFiles(), before, 'no descriptor is left');
});
