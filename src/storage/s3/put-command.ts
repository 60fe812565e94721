import {PutObjectCommand} from '@aws-sdk/client-s3';
import type {UploadBody} from './upload-body.ts';

export type Upload = {
	bucket: string;
	key: string;
	/** bytes */
	size: number;
	/** lowercase hex */
	sha256: string;
	body: UploadBody;
	onlyIfAbsent: boolean;
};

/**
A PUT whose signature covers the SHA-256 that the caller knows (`x-amz-content-sha256`), with the same as the object's checksum (`x-amz-checksum-sha256`, which
also satisfies buckets with object lock). The store compares both with what arrives; nothing is hashed again here, and there is no MD5.
*/
export function putCommand({bucket, key, size, sha256, body, onlyIfAbsent}: Upload): PutObjectCommand {
	const command = new PutObjectCommand({
		Bucket: bucket,
		Key: key,
		ContentLength: size,
		ContentType: 'application/octet-stream',
		ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
		...(onlyIfAbsent ? {IfNoneMatch: '*'} : {}),
	});
	// After the SDK has built its request and before it signs it: a header that is already there is signed as it is, and the body goes to our transport untouched.
	command.middlewareStack.add(
		next => async args => {
			const request = args.request as {headers: Record<string, string>; body: unknown};
			request.headers['x-amz-content-sha256'] = sha256;
			request.body = body;
			return next(args);
		},
		{step: 'build', name: 'knownContent'},
	);
	return command;
}
