import {createHash} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {backoffDelayMs} from '../../base/backoff.ts';
import {isLazaretteError, LazaretteError, toLazaretteError} from '../../base/errors.ts';
import {cancellation, throwIfCancelled} from '../cancellation.ts';
import {intercept} from './intercept.ts';
import type {BackoffShape} from '../../base/backoff.ts';
import type {Clock} from '../../base/clock.ts';
import type {Random} from '../../base/random.ts';
import type {ByteRange, Storage} from '../storage.ts';
import type {StorageCall} from './intercept.ts';

export type RetryPolicy = {
	/** Attempts of one call, the first included. */
	attempts: number;
	backoff: BackoffShape;
	/** No new attempt of a call begins when so much time has passed since its first. */
	totalMs: number;
	/** The same while the store has not answered once: then the location is more likely wrong than the store disturbed, and the person who wrote it should soon know. */
	firstContactMs: number;
};

export const defaultRetryPolicy: RetryPolicy = {
	attempts: 30,
	backoff: {firstMs: 250, maxMs: 15_000},
	totalMs: 300_000,
	firstContactMs: 20_000,
};

/** Runs `attempt` until it succeeds, fails for good, or the budget is spent. `number` counts from 1. */
export type Retry = <T>(attempt: (number: number) => Promise<T>, signal: AbortSignal) => Promise<T>;

/** One budget's rules for all calls to one store: share it, so that it knows whether the store ever answered. */
export function createRetry(policy: RetryPolicy, {clock, random}: {clock: Clock; random: Random}): Retry {
	let answered = false;
	return async (attempt, signal) => {
		const begun = clock.monotonicMs();
		for (let number = 1; ; number++) {
			try {
				const result = await attempt(number);
				answered = true;
				return result;
			} catch (thrown) {
				const error = toLazaretteError(thrown);
				throwIfCancelled(signal);
				if (error.code !== 'StoreUnreachable') answered = true;
				if (error.retry === 'no') throw error;

				const budgetMs = answered ? policy.totalMs : Math.min(policy.firstContactMs, policy.totalMs);
				const delayMs = delayBefore(number + 1, error, policy, random);
				const spentMs = clock.monotonicMs() - begun;
				if (number >= attemptsFor(error, policy) || spentMs + delayMs > budgetMs) throw givenUp(error, number, spentMs);
				await pause(clock, delayMs, signal);
			}
		}
	};
}

/**
Repeats calls that failed in a way that may mend itself. A put whose first attempt may have reached the store counts as done when the object that is in
its way holds the same bytes.
*/
export function withRetry(storage: Storage, retry: Retry): Storage {
	const repeated = intercept(storage, async <T>(call: StorageCall, run: () => Promise<T>): Promise<T> =>
		retry(async number => {
			try {
				return await run();
			} catch (error) {
				if (number === 1 || !isLazaretteError(error, 'ObjectExists') || !(await isOurs(storage, call))) throw error;
				if (call.content?.path !== undefined) await rm(call.content.path, {force: true});
				// The calls that can meet their own object are the puts, and those return nothing.
				return undefined as T;
			}
		}, call.signal),
	);
	return Object.defineProperties({} as Storage, {
		...Object.getOwnPropertyDescriptors(repeated),
		stream: {value: (key: string, signal: AbortSignal, range: ByteRange) => continued(storage, retry, key, signal, range)},
	});
}

/** Each piece has the whole budget: a stream of gigabytes may break more often than one call may fail. */
async function* continued(storage: Storage, retry: Retry, key: string, signal: AbortSignal, {offset, length}: ByteRange): AsyncGenerator<Uint8Array> {
	let done = 0;
	let pieces: AsyncIterator<Uint8Array> | undefined;
	const next = async (): Promise<IteratorResult<Uint8Array>> => {
		pieces ??= storage.stream(key, signal, {offset: offset + done, length: length - done})[Symbol.asyncIterator]();
		try {
			return await pieces.next();
		} catch (error) {
			pieces = undefined;
			throw error;
		}
	};
	try {
		for (let piece = await retry(next, signal); !piece.done; piece = await retry(next, signal)) {
			done += piece.value.length;
			yield piece.value;
			if (done === length) return;
		}
	} finally {
		await pieces?.return?.();
	}
}

/** What changes on the way arrives well the second time or third; what is wrong in our own memory stays wrong. */
const attemptsFor = (error: LazaretteError, policy: RetryPolicy): number => (error.code === 'VerificationFailed' ? Math.min(3, policy.attempts) : policy.attempts);

function delayBefore(number: number, error: LazaretteError, policy: RetryPolicy, random: Random): number {
	// Advice to try at once holds for the first retry only; a store that always says so must not be hammered.
	const backoffMs = error.retry === 'now' && number === 2 ? 0 : backoffDelayMs(number - 1, policy.backoff, random);
	const asked = error.context.retryAfterMs;
	return Math.max(backoffMs, typeof asked === 'number' ? asked : 0);
}

function givenUp(error: LazaretteError, attempts: number, spentMs: number): LazaretteError {
	if (attempts === 1) return error;
	const {code, retry, hint, context, cause} = error;
	return new LazaretteError(code, `${error.message}; given up after ${attempts} attempts in ${Math.round(spentMs / 1000)} s`, {
		retry,
		context: {...context, attempts},
		cause,
		...(hint === undefined ? {} : {hint}),
	});
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
	try {
		await clock.sleep(ms, signal);
	} catch (error) {
		throw signal.aborted ? cancellation(signal) : error;
	}
}

const pieceBytes = 4 * 1024 * 1024;

/** The name alone proves nothing: two processes that create `config` at once write objects of the same name and size. */
async function isOurs(storage: Storage, {key, content, signal}: StorageCall): Promise<boolean> {
	const stored = await storage.stat(key, signal);
	if (!content || stored?.size !== content.size) return false;
	const hash = createHash('sha256');
	for (let offset = 0; offset < stored.size; offset += pieceBytes) hash.update(await storage.get(key, signal, {offset, length: Math.min(pieceBytes, stored.size - offset)}));
	return hash.digest('hex') === content.sha256();
}
