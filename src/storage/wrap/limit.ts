import {LazaretteError} from '../../base/errors.ts';
import {intercept} from './intercept.ts';
import type {Clock} from '../../base/clock.ts';
import type {Storage} from '../storage.ts';

/** Bytes per second; absent means unlimited. */
export type TransferLimits = {upload?: number; download?: number};

/** Resolves when `bytes` more may pass. */
export type Pace = (bytes: number, signal: AbortSignal) => Promise<void>;

export type TransferPace = {upload: Pace; download: Pace};

/** Slower transfers would run into idle timeouts between two pieces. */
const leastBytesPerSecond = 16 * 1024;

/** @throws BadRequest when a limit is too low */
export function createTransferPace({upload, download}: TransferLimits, clock: Clock): TransferPace {
	return {upload: paceOf('upload', upload, clock), download: paceOf('download', download, clock)};
}

function paceOf(direction: string, bytesPerSecond: number | undefined, clock: Clock): Pace {
	if (bytesPerSecond === undefined) return async () => undefined;
	if (!(bytesPerSecond >= leastBytesPerSecond)) {
		throw new LazaretteError('BadRequest', `limit of ${bytesPerSecond} bytes per second for ${direction} is too low; nothing was opened`, {hint: `give at least ${leastBytesPerSecond}`});
	}

	// What has passed is paid for afterwards, by whoever comes next; time in which nothing passed cannot be saved up.
	let free = 0;
	return async (bytes, signal) => {
		const now = clock.monotonicMs();
		const begin = Math.max(free, now);
		free = begin + (bytes / bytesPerSecond) * 1000;
		if (begin > now) await clock.sleep(begin - now, signal);
	};
}

/** Limits object by object, for stores whose transfers are not ours to slow down: an object passes at full speed, and the next one waits. */
export function withLimits(storage: Storage, pace: TransferPace): Storage {
	return intercept(storage, async (call, run) => {
		if (call.range) await pace.download(call.range.length, call.signal);
		if (call.content) await pace.upload(call.content.size, call.signal);
		const result = await run();
		if (result instanceof Uint8Array) await pace.download(result.byteLength, call.signal);
		return result;
	});
}
