import test from 'ava';
import {openStorage} from '../../src/storage/open-storage.ts';
import {suiteOwner} from './_suite-owner.ts';
import {startMeddlingProxy} from './_meddling-proxy.ts';
import {startVersitygw} from './_versitygw.ts';
import type {ExecutionContext} from 'ava';
import type {S3Location} from '../../src/storage/location.ts';
import type {OpenStorageOptions} from '../../src/storage/open-storage.ts';
import type {Storage} from '../../src/storage/storage.ts';
import type {RetryPolicy} from '../../src/storage/wrap/retry.ts';
import type {Meddling, MeddlingProxy} from './_meddling-proxy.ts';
import type {Versitygw} from './_versitygw.ts';

/** One attempt only, so that a test sees the failure itself. */
export const once: RetryPolicy = {attempts: 1, backoff: {firstMs: 1, maxMs: 1}, totalMs: 0, firstContactMs: 0};

/** Soon and a few times. */
export const quickly: RetryPolicy = {attempts: 5, backoff: {firstMs: 5, maxMs: 20}, totalMs: 60_000, firstContactMs: 60_000};

export const shortTimeouts = {connectMs: 400, idleMs: 400};

export type S3Suite = {
	readonly server: Versitygw;
	/** A storage at a location of its own on the server, by default without retries; ended with the test. */
	open(t: ExecutionContext, location?: Partial<S3Location>, options?: OpenStorageOptions): Promise<Storage>;
	/** The same through a proxy that meddles. */
	openThrough(t: ExecutionContext, meddling: Meddling, options?: OpenStorageOptions): Promise<{storage: Storage; proxy: MeddlingProxy; direct: Storage}>;
};

/** One S3 server for the tests of a file; call it at the top of the file. */
export function s3Suite(): S3Suite {
	const owner = suiteOwner();
	let server: Versitygw | undefined;
	test.before(async () => {
		server = await startVersitygw(owner, {accounts: true});
	});

	const started = (): Versitygw => {
		if (!server) throw new Error('the S3 server is there once the tests of the file have begun');
		return server;
	};

	const open: S3Suite['open'] = async (t, location = {}, options = {}) => {
		const storage = await openStorage({...(await started().location()), ...location}, {credentials: started().credentials, retry: once, ...options});
		t.teardown(async () => storage.close());
		return storage;
	};

	return {
		get server() {
			return started();
		},
		open,
		async openThrough(t, meddling, options = {}) {
			const proxy = await startMeddlingProxy(t, started().port, meddling);
			const location = await started().location();
			return {proxy, storage: await open(t, {...location, endpoint: proxy.endpoint}, options), direct: await open(t, location)};
		},
	};
}
