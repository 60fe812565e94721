import {existsSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {LazaretteError} from '../../../../base/errors.ts';
import {readTotals, totalsLength} from './data-store.ts';
import {startContentThread} from './start-content-thread.ts';
import type {Worker} from 'node:worker_threads';
import type {Random} from '../../../../base/random.ts';
import type {ClosedPack} from '../../pack/pack-writer.ts';
import type {ContentThreadData, ContentThreadMessage} from './content-thread.ts';
import type {DataTotals} from './data-store.ts';

export type ThreadCrewOptions = {
	data: Omit<ContentThreadData, 'totals' | 'packPrefix'>;
	random: Random;
	onPack: (pack: ClosedPack) => void;
	/** Something was stored while the main thread waited. */
	onDone: () => void;
	onFailure: (error: LazaretteError) => void;
	/** Program of the threads; for tests. */
	entry?: URL;
};

/** The threads of one archive: brings their packs and failures over, and sees to it that each has ended in the end. */
export class ThreadCrew {
	readonly #options: ThreadCrewOptions;
	/** Begins the names of the scratch files of all threads. */
	readonly #packPrefix: string;
	readonly #ended: Array<Promise<void>> = [];
	readonly #totals: Float64Array[] = [];
	/** Told to end: whatever comes then is no failure of the archive. */
	#ending = false;

	constructor(options: ThreadCrewOptions) {
		this.#options = options;
		this.#packPrefix = `pack-${options.random.bytes(8).toString('hex')}`;
	}

	get totals(): DataTotals[] {
		return this.#totals.map(readTotals);
	}

	start(count: number): void {
		for (let thread = 0; thread < count; thread++) {
			const totals = new SharedArrayBuffer(totalsLength * 8);
			this.#totals.push(new Float64Array(totals));
			this.#watch(startContentThread({...this.#options.data, totals, packPrefix: this.#packPrefix}, this.#options.entry));
		}
	}

	/** The threads were told to end: resolves when all of them have. */
	async ended(): Promise<void> {
		this.#ending = true;
		await Promise.all(this.#ended);
	}

	/** Deletes what threads that did not come to their end left in the scratch directory. For when they have ended and nothing is to be uploaded any more. */
	sweep(): void {
		if (this.#ended.length === 0) return;
		const directory = this.#options.data.scratchDirectory;
		if (!existsSync(directory)) return;
		for (const name of readdirSync(directory)) if (name.startsWith(this.#packPrefix)) rmSync(join(directory, name), {force: true});
	}

	#watch(worker: Worker): void {
		const {onPack, onDone, onFailure} = this.#options;
		const {promise, resolve} = Promise.withResolvers<void>();
		this.#ended.push(promise);
		worker.on('message', (message: ContentThreadMessage) => {
			if (message.kind === 'done') onDone();
			else if (message.kind === 'pack') onPack({...message.pack, header: asBuffer(message.pack.header)});
			else onFailure(failureOf(message.failure));
		});
		worker.on('error', cause => onFailure(died(cause)));
		worker.once('exit', code => {
			if (code !== 0 || !this.#ending) onFailure(died(new Error(`exit code ${code}`)));
			resolve();
		});
	}
}

const asBuffer = ({buffer, byteOffset, length}: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);

function failureOf({code, message, retry, hint, stack}: (ContentThreadMessage & {kind: 'failed'})['failure']): LazaretteError {
	const error = new LazaretteError(code, message, {retry, ...(hint !== undefined && {hint})});
	if (stack !== undefined) error.stack = stack;
	return error;
}

const died = (cause: unknown): LazaretteError =>
	new LazaretteError('Unexpected', `a thread that stores content has ended before its work was done: ${cause instanceof Error ? cause.message : String(cause)}`, {
		hint: 'nothing of this run is visible in the repository; repeat it, with more memory if it happens again',
		retry: 'later',
		cause,
	});
