import {CreateBucketCommand, S3Client} from '@aws-sdk/client-s3';
import type {S3Access} from '../../test/cluster/access.ts';

/** The operator never creates a bucket; on the quick start's store somebody has to. */
export async function createBucket(s3: S3Access, bucket: string): Promise<void> {
	const client = new S3Client({
		endpoint: s3.endpoint,
		region: s3.region,
		forcePathStyle: true,
		credentials: {accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey},
	});
	try {
		await client.send(new CreateBucketCommand({Bucket: bucket}));
	} catch (error) {
		if (!['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes((error as Error).name)) throw error;
	} finally {
		client.destroy();
	}
}
