import {parentPort, workerData} from 'node:worker_threads';
import {toLazaretteError} from '../../../../base/errors.ts';
import {systemRandom} from '../../../../base/random.ts';
import {createChunker} from '../../chunker/create-chunker.ts';
import {Sealer} from '../../crypto/sealer.ts';
import {SharedIdSet} from '../../index/shared-id-set.ts';
import {ContentLane} from './content-lane.ts';
import {DataStore} from './data-store.ts';
import {FileCursor} from './file-cursor.ts';
import {FileRing} from './file-ring.ts';
import {ThreadSignals, stops} from './thread-signals.ts';
import type {ErrorCode, RetryAdvice} from '../../../../base/errors.ts';
import type {SharedIdMemory} from '../../index/shared-id-set.ts';
import type {RepositoryConfig} from '../../files/config.ts';
import type {ClosedPack} from '../../pack/pack-writer.ts';
import type {DataStoreOptions} from './data-store.ts';

/** What a thread is started with. Nothing of it leaves the process. */
export type ContentThreadData = Pick<DataStoreOptions, 'packSize' | 'scratchDirectory' | 'packPrefix' | 'compression' | 'verify'> & {
	key: {encrypt: Uint8Array; macK: Uint8Array; macR: Uint8Array};
	config: Pick<RepositoryConfig, 'version' | 'polynomial' | 'chunker'>;
	signals: SharedArrayBuffer;
	ring: SharedArrayBuffer;
	cursor: SharedArrayBuffer;
	known: SharedIdMemory;
	totals: SharedArrayBuffer;
};

/** What a thread tells the one that started it. */
export type ContentThreadMessage =
	| {kind: 'done'}
	| {kind: 'pack'; pack: ClosedPack}
	| {kind: 'failed'; failure: {code: ErrorCode; message: string; retry: RetryAdvice; hint: string | undefined; stack: string | undefined}};

/** A thread that waits this long for the cursor looks whether it is to end. */
const lockPatienceMs = 100;

const tell = (message: ContentThreadMessage): void => parentPort!.postMessage(message, []);

/** Stores files of the ring and pieces of the file under the cursor until it is told to stop. */
function run(data: ContentThreadData): void {
	const signals = new ThreadSignals(data.signals);
	const ring = new FileRing(data.ring);
	const cursor = new FileCursor(data.cursor);
	const key = {encrypt: Buffer.from(data.key.encrypt), macK: Buffer.from(data.key.macK), macR: Buffer.from(data.key.macR)};
	const store = new DataStore({
		...data,
		sealer: new Sealer(key, systemRandom),
		random: systemRandom,
		version: data.config.version,
		known: new SharedIdSet(data.known),
		totals: new Float64Array(data.totals),
		onPack: pack => tell({kind: 'pack', pack}),
	});
	try {
		const lane = new ContentLane({chunker: createChunker(data.config), store: (plain, ids, at) => store.store(plain, ids, at)});
		signals.tellReady();
		while (signals.stop === stops.none) {
			const mark = signals.mark;
			const done = signals.isHeld ? 'nothing' : lane.takeFromRing(ring) ? 'stored' : lane.advance(cursor, lockPatienceMs);
			if (done === 'nothing') signals.sleep(mark);
			else if (done === 'stored' && signals.endWaitOfMain()) tell({kind: 'done'});
		}
		if (signals.stop === stops.finish) store.flush();
	} catch (error) {
		const {code, message, retry, hint, stack} = toLazaretteError(error);
		tell({kind: 'failed', failure: {code, message, retry, hint, stack}});
	} finally {
		store.discard();
	}
}

run(workerData as ContentThreadData);
