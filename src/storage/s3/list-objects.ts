import {LazaretteError} from '../../base/errors.ts';
import {childrenOf, childText, parseXml} from './xml.ts';
import type {StoredObject} from '../storage.ts';

export type PageRequest = {
	bucket: string;
	/** Of the bucket's keys, not of the repository's. */
	prefix: string;
	/** Sends the query of a page and returns the document that answers it. */
	send: (query: Record<string, string>) => Promise<string>;
	/** Repeats the request of a page after the first. Nobody else can: to begin the listing again would yield objects twice. */
	repeat: <T>(attempt: () => Promise<T>) => Promise<T>;
};

/** All objects of the bucket whose key begins with `prefix`, page by page (ListObjectsV2). */
export async function* listObjects({bucket, prefix, send, repeat}: PageRequest): AsyncGenerator<StoredObject> {
	let token: string | undefined;
	do {
		const query = {'list-type': '2', prefix, ...(token === undefined ? {} : {'continuation-token': token})};
		const request = async (): Promise<Page> => readPage(await send(query), bucket);
		const page: Page = token === undefined ? await request() : await repeat(request);
		yield* page.objects;
		if (page.next !== undefined && page.next === token) throw endless(bucket);
		token = page.next;
	} while (token !== undefined);
}

/**
What stands below several prefixes, with one request: the first page of the bucket's listing from the first of them on. Only prefixes that are in it to their end are in the
result; none where the store does not list as Amazon S3 does, in the order of keys and from `start-after` on.
*/
export async function listTogether({bucket, prefix: folder, send}: Omit<PageRequest, 'repeat'>, prefixes: readonly string[]): Promise<Map<string, StoredObject[]>> {
	const first = `${folder}${prefixes.toSorted()[0] ?? ''}`;
	const {objects, next} = readPage(await send({'list-type': '2', prefix: folder, 'start-after': first}), bucket);
	let last = first;
	for (const {key} of objects) {
		if (key <= last) return new Map();
		last = key;
	}
	const isWhole = (prefix: string): boolean => next === undefined || (last > prefix && !last.startsWith(prefix));
	return new Map(prefixes.filter(prefix => isWhole(`${folder}${prefix}`)).map(prefix => [prefix, objects.filter(({key}) => key.startsWith(`${folder}${prefix}`))]));
}

type Page = {objects: StoredObject[]; /** The token of the page after this one. */ next: string | undefined};

function readPage(document: string, bucket: string): Page {
	const root = parseXml(document);
	const isTruncated = root?.name === 'ListBucketResult' ? childText(root, 'IsTruncated') : undefined;
	// A proxy's or portal's friendly page has no listing in it, and must not be taken for an empty one.
	if (!root || (isTruncated !== 'true' && isTruncated !== 'false')) throw notAListing(bucket);

	const objects = childrenOf(root, 'Contents').map(entry => {
		const key = childText(entry, 'Key');
		const size = childText(entry, 'Size');
		if (key === undefined || size === undefined || !/^\d{1,15}$/.test(size)) throw notAListing(bucket);
		return {key, size: Number(size)};
	});
	const next = isTruncated === 'true' ? childText(root, 'NextContinuationToken') : undefined;
	if (isTruncated === 'true' && !next) throw endless(bucket);
	return {objects, next};
}

const notAListing = (bucket: string): LazaretteError =>
	new LazaretteError('BadRequest', `the reply to a listing of bucket ${bucket} is none`, {hint: 'what answers at endpoint does not speak S3 there; correct endpoint or addressing'});

const endless = (bucket: string): LazaretteError => new LazaretteError('Unexpected', `bucket ${bucket} says that its listing goes on, but not where; the listing is not complete`);
