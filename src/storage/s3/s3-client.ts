import {S3Client} from '@aws-sdk/client-s3';
import {createTransport} from './transport.ts';
import type {S3Location} from '../location.ts';
import type {TransportTimeouts} from './transport.ts';

/** Static keys. */
export type S3Credentials = {accessKeyId: string; secretAccessKey: string; sessionToken?: string};

export type S3ClientOptions = {
	/** Absent: the AWS SDK's default chain: environment, shared files, web identity (AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE), container and instance metadata. */
	credentials?: S3Credentials;
	timeouts: TransportTimeouts;
	maxConnections: number;
};

const silent = {trace: () => undefined, debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined};

/** The AWS SDK's client, set up so that what goes over the wire is plain S3 that any store understands, and so that retries and timeouts are ours. */
export function createS3Client(location: S3Location, {credentials, timeouts, maxConnections}: S3ClientOptions): S3Client {
	return new S3Client({
		region: regionOf(location),
		...(location.endpoint === undefined ? {} : {endpoint: location.endpoint}),
		forcePathStyle: usesPathStyle(location),
		...(credentials === undefined ? {} : {credentials}),
		maxAttempts: 1,
		// The default adds a CRC32 trailer that several stores refuse or, worse, store as content.
		requestChecksumCalculation: 'WHEN_REQUIRED',
		responseChecksumValidation: 'WHEN_REQUIRED',
		expectContinueHeader: false,
		requestHandler: createTransport({timeouts, maxConnections, ...(location.caBundle === undefined ? {} : {caBundle: location.caBundle})}),
		logger: silent,
	});
}

export const regionOf = ({region}: S3Location): string => region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1';

export function usesPathStyle({addressing = 'Auto', endpoint, bucket}: S3Location): boolean {
	if (addressing !== 'Auto') return addressing === 'Path';
	// Amazon's certificates cover one name below the region's; a bucket with a dot in its name would be two.
	return bucket.includes('.') || (endpoint !== undefined && !isAmazons(endpoint));
}

const isAmazons = (endpoint: string): boolean => /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
