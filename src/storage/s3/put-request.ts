import type {S3Request} from './s3-client.ts';
import type {UploadBody} from './upload-body.ts';

export type Upload = {
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
export const putRequest = ({key, onlyIfAbsent, ...content}: Upload): S3Request => ({
	method: 'PUT',
	key,
	headers: {'x-amz-checksum-sha256': Buffer.from(content.sha256, 'hex').toString('base64'), ...(onlyIfAbsent ? {'if-none-match': '*'} : {})},
	content,
});
