import {ListObjectsV2Command} from '@aws-sdk/client-s3';
import {LazaretteError} from '../../base/errors.ts';
import type {ListObjectsV2CommandOutput} from '@aws-sdk/client-s3';
import type {StoredObject} from '../storage.ts';

export type PageRequest = {
	bucket: string;
	/** Of the bucket's keys, not of the repository's. */
	prefix: string;
	send: (command: ListObjectsV2Command) => Promise<ListObjectsV2CommandOutput>;
	/** Repeats the request of a page after the first. Nobody else can: to begin the listing again would yield objects twice. */
	repeat: <T>(attempt: () => Promise<T>) => Promise<T>;
};

/** All objects of the bucket whose key begins with `prefix`, page by page. */
export async function* listObjects({bucket, prefix, send, repeat}: PageRequest): AsyncGenerator<StoredObject> {
	let token: string | undefined;
	do {
		const command = (): ListObjectsV2Command => new ListObjectsV2Command({Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : {ContinuationToken: token})});
		const page = token === undefined ? await send(command()) : await repeat(async () => send(command()));
		// A proxy's or portal's friendly page has no listing in it, and the SDK takes that for an empty one.
		if (page.IsTruncated === undefined) throw new LazaretteError('BadRequest', `the reply to a listing of bucket ${bucket} is none`, {hint: 'what answers at endpoint does not speak S3 there; correct endpoint or addressing'});
		for (const {Key: key, Size: size} of page.Contents ?? []) if (key !== undefined && size !== undefined) yield {key, size};

		const next = page.IsTruncated ? page.NextContinuationToken : undefined;
		if (page.IsTruncated && (next === undefined || next === token)) throw new LazaretteError('Unexpected', `bucket ${bucket} says that its listing goes on, but not where; the listing is not complete`);
		token = next;
	} while (token !== undefined);
}
