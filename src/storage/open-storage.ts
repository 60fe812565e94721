import {systemClock} from '../base/clock.ts';
import {systemRandom} from '../base/random.ts';
import {checkLocation} from './check-location.ts';
import {openFilesystemStorage} from './filesystem/open-filesystem-storage.ts';
import {createTransferPace, withLimits} from './wrap/limit.ts';
import {createRetry, defaultRetryPolicy, withRetry} from './wrap/retry.ts';
import type {Clock} from '../base/clock.ts';
import type {Random} from '../base/random.ts';
import type {StorageLocation} from './location.ts';
import type {Storage} from './storage.ts';
import type {S3Credentials} from './s3/s3-client.ts';
import type {TransportTimeouts} from './s3/transport.ts';
import type {TransferLimits, TransferPace} from './wrap/limit.ts';
import type {Retry, RetryPolicy} from './wrap/retry.ts';

export type OpenStorageOptions = {
	/** S3 keys; absent: the AWS SDK's default chain, web identity included. */
	credentials?: S3Credentials;
	/** Where files wait for their upload to S3; the system's temporary directory when absent. */
	scratchParent?: string;
	limits?: TransferLimits;
	retry?: RetryPolicy;
	timeouts?: TransportTimeouts;
	/** S3 connections open at once, besides those of streams, of which there are at most four. */
	maxConnections?: number;
	/** Put between the store and its retries, e.g. to count attempts or to plan faults. */
	wrap?: (base: Storage) => Storage;
	clock?: Clock;
	random?: Random;
};

export const defaultTimeouts: TransportTimeouts = {connectMs: 10_000, idleMs: 60_000};

/**
Opens what holds a repository. Makes no request and creates nothing: whether the store answers is known after the first call.
@throws BadRequest when the location is not valid
*/
export async function openStorage(location: StorageLocation, options: OpenStorageOptions = {}): Promise<Storage> {
	const checked = checkLocation(location);
	const clock = options.clock ?? systemClock;
	const retry = createRetry(options.retry ?? defaultRetryPolicy, {clock, random: options.random ?? systemRandom});
	const pace = createTransferPace(options.limits ?? {}, clock);
	const base = await openBase(checked, options, {retry, pace});
	return withRetry(options.wrap?.(base) ?? base, retry);
}

async function openBase(location: StorageLocation, options: OpenStorageOptions, {retry, pace}: {retry: Retry; pace: TransferPace}): Promise<Storage> {
	if (location.kind === 'filesystem') return options.limits ? withLimits(openFilesystemStorage(location), pace) : openFilesystemStorage(location);

	// HTTP and signatures cost some MiB, which those who do not need them should not pay.
	const {openS3Storage} = await import('./s3/open-s3-storage.ts');
	return openS3Storage(location, {
		timeouts: options.timeouts ?? defaultTimeouts,
		maxConnections: options.maxConnections ?? 16,
		retry,
		pace,
		clock: options.clock ?? systemClock,
		...(options.credentials === undefined ? {} : {credentials: options.credentials}),
		...(options.scratchParent === undefined ? {} : {scratchParent: options.scratchParent}),
	});
}
