import {throwIfCancelled, untilCancelled} from '../cancellation.ts';
import {credentialsError, s3Error} from './s3-errors.ts';
import type {S3Client} from './s3-client.ts';
import type {S3Place} from './s3-errors.ts';

/** Makes one request with what follows from its reply. `what` begins the message of a failure (`cannot write config`), `action` is the S3 permission it needs. */
export type Attempt = <T>(what: string, action: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** Leads requests so that every failure is one of our errors and none outlives its signal. */
export function createAttempt(client: S3Client, place: S3Place): {attempt: Attempt; /** Whether any request for the bucket has succeeded. */ bucketAnswered: () => boolean} {
	let answered = false;

	/** Asked for apart from the request, so that a failure of an identity provider is not taken for one of the store. */
	const obtainCredentials = async (signal: AbortSignal): Promise<void> => {
		try {
			await client.obtainCredentials();
		} catch (error) {
			throwIfCancelled(signal);
			throw credentialsError(error, place);
		}
	};

	const attempt: Attempt = async (what, action, signal, work) => {
		try {
			return await untilCancelled(async () => {
				await obtainCredentials(signal);
				const result = await work();
				answered = true;
				return result;
			}, signal);
		} catch (error) {
			throw s3Error(error, {...place, what: `${what} in ${place.location}`, action});
		}
	};

	return {attempt, bucketAnswered: () => answered};
}
