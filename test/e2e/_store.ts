import {CreateBucketCommand, DeleteBucketCommand, DeleteObjectsCommand, GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client} from '@aws-sdk/client-s3';
import type {ExecutionContext} from 'ava';
import {spaceOf} from './_space.ts';
import {world} from './_world.ts';
import type {StoreAccess} from './_world.ts';

/** Where one test keeps its repositories: a bucket for all tests, a prefix for each. */
export type Place = {bucket: string; prefix: string};

export type Store = Place & {
	/** Keys under the prefix, without it. */
	keys(below?: string): Promise<string[]>;
	/** Turns one byte of an object, as a disk would. */
	damage(key: string): Promise<void>;
	/** In bytes. */
	sizeOf(key: string): Promise<number>;
};

const bucket = 'lazarette-e2e';

let bucketMade: Promise<void> | undefined;

/** A place of the test's own in the store, emptied when the test is over. */
export async function storeFor(t: ExecutionContext, prefix?: string): Promise<Store> {
	const {name} = await spaceOf(t);
	const {s3} = await world();
	await (bucketMade ??= ensureBucket(s3, bucket));
	const place = {bucket, prefix: prefix ?? name};
	const client = clientOf(s3);
	t.teardown(async () => {
		try {
			await empty(client, place);
		} finally {
			client.destroy();
		}
	});
	const at = (key: string) => ({Bucket: bucket, Key: `${place.prefix}/${key}`});
	const read = async (key: string): Promise<Uint8Array> => (await client.send(new GetObjectCommand(at(key)))).Body!.transformToByteArray();
	return {
		...place,
		keys: async (below = '') => keysOf(client, place, below),
		async damage(key) {
			const body = await read(key);
			body[100]! ^= 0xff;
			await client.send(new PutObjectCommand({...at(key), Body: body}));
		},
		sizeOf: async key => (await read(key)).length,
	};
}

/** Makes a bucket unless it is there. */
export async function ensureBucket(s3: StoreAccess, name: string): Promise<void> {
	const client = clientOf(s3);
	try {
		await client.send(new CreateBucketCommand({Bucket: name}));
	} catch (error) {
		if (!['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes((error as Error).name)) throw error;
	} finally {
		client.destroy();
	}
}

export const clientOf = ({endpoint, region, accessKeyId, secretAccessKey}: StoreAccess): S3Client =>
	new S3Client({endpoint, region, forcePathStyle: true, credentials: {accessKeyId, secretAccessKey}});

async function keysOf(client: S3Client, {bucket, prefix}: Place, below: string): Promise<string[]> {
	const keys: string[] = [];
	for await (const page of paginateListObjectsV2({client}, {Bucket: bucket, Prefix: `${prefix}/${below}`})) {
		keys.push(...(page.Contents ?? []).flatMap(({Key}) => (Key ? [Key.slice(prefix.length + 1)] : [])));
	}

	return keys;
}

async function empty(client: S3Client, place: Place): Promise<void> {
	const keys = await keysOf(client, place, '');
	for (let at = 0; at < keys.length; at += 1000) {
		const Objects = keys.slice(at, at + 1000).map(key => ({Key: `${place.prefix}/${key}`}));
		await client.send(new DeleteObjectsCommand({Bucket: place.bucket, Delete: {Objects, Quiet: true}}));
	}
}

/** Removes a bucket with all that is in it. */
export async function removeBucket(s3: StoreAccess, name: string): Promise<void> {
	const client = clientOf(s3);
	try {
		for await (const page of paginateListObjectsV2({client}, {Bucket: name})) {
			const Objects = (page.Contents ?? []).map(({Key}) => ({Key}));
			if (Objects.length > 0) await client.send(new DeleteObjectsCommand({Bucket: name, Delete: {Objects, Quiet: true}}));
		}

		await client.send(new DeleteBucketCommand({Bucket: name}));
	} finally {
		client.destroy();
	}
}
