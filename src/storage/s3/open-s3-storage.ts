import {createHash} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {isLazaretteError, LazaretteError} from '../../base/errors.ts';
import {checkRange, emptyRange, endsBefore} from '../byte-range.ts';
import {checkKey, checkPrefix} from '../key.ts';
import {describeLocation} from '../location.ts';
import {createScratchDirectory} from '../scratch-directory.ts';
import {createAttempt} from './attempt.ts';
import {lengthOf, rangeHeader, readReply, replyPieces} from './download.ts';
import {s3Error} from './s3-errors.ts';
import {cancellation} from '../cancellation.ts';
import {listObjects, listTogether} from './list-objects.ts';
import {putRequest} from './put-request.ts';
import {createS3Client} from './s3-client.ts';
import {discardReply, readReplyText} from './s3-reply.ts';
import {bytesBody, fileBody, pacedBody} from './upload-body.ts';
import type {S3Location} from '../location.ts';
import type {PutOptions, Storage, StoredObject} from '../storage.ts';
import type {TransferPace} from '../wrap/limit.ts';
import type {Retry} from '../wrap/retry.ts';
import type {Upload} from './put-request.ts';
import type {S3ClientOptions} from './s3-client.ts';

export type S3StorageOptions = S3ClientOptions & {
	/** Local directory below which files wait for their upload; the system's temporary directory when absent. */
	scratchParent?: string;
	pace: TransferPace;
	/** Repeats the later pages of a listing; all other calls are repeated by `withRetry`. */
	retry: Retry;
};

/** A repository in a bucket: an object's S3 key is `<prefix>/<key>`, so restic reads and writes the same bucket. */
export function openS3Storage(location: S3Location, options: S3StorageOptions): Storage {
	const {bucket} = location;
	const {pace} = options;
	const client = createS3Client(location, options);
	const scratch = createScratchDirectory(options.scratchParent ?? tmpdir(), {directoryMode: () => 0o700, removeEmptyParent: false});
	const folder = location.prefix ? `${location.prefix}/` : '';
	const place = {location: describeLocation(location), bucket};
	const {attempt, bucketAnswered} = createAttempt(client, place);
	let storeIgnoresConditions = false;

	const nameOf = (key: string): string => {
		checkKey(key);
		return `${folder}${key}`;
	};

	/** An object of the repository as its user knows it. Consoles mark folders with empty objects whose key ends in a slash. */
	const ours = ({key, size}: StoredObject): StoredObject | undefined => {
		const name = key.slice(folder.length);
		return key.startsWith(folder) && name !== '' && !name.endsWith('/') ? {key: name, size} : undefined;
	};

	const exists = async (key: string, signal: AbortSignal): Promise<StoredObject | undefined> => {
		try {
			const reply = await attempt(`cannot look for ${key}`, 's3:GetObject', signal, async () => client.send({method: 'HEAD', key: nameOf(key)}, signal));
			await discardReply(reply);
			return {key, size: lengthOf(reply.headers['content-length']) ?? 0};
		} catch (error) {
			if (!isLazaretteError(error, 'ObjectNotFound')) throw error;
			await checkBucketExists(signal);
			return undefined;
		}
	};

	/** The reply to HEAD has no body that could tell a missing bucket from a missing object. */
	const checkBucketExists = async (signal: AbortSignal): Promise<void> => {
		if (bucketAnswered()) return;
		try {
			await attempt(`cannot find bucket ${bucket}`, 's3:ListBucket', signal, async () => discardReply(await client.send({method: 'HEAD'}, signal)));
		} catch (error) {
			if (isLazaretteError(error, 'ObjectNotFound')) throw new LazaretteError('BucketNotFound', `there is no bucket ${bucket} for ${place.location}`, {hint: `create bucket ${bucket}, or correct bucket, endpoint or addressing`, cause: error});
			// An identity that may not ask for the bucket was still told that the object is not there.
			if (!isLazaretteError(error, 'AccessDenied')) throw error;
		}
	};

	const upload = async (key: string, content: Pick<Upload, 'size' | 'sha256'>, body: () => Upload['body'], signal: AbortSignal, {onlyIfAbsent = false}: PutOptions): Promise<void> => {
		if (onlyIfAbsent && storeIgnoresConditions && (await exists(key, signal))) throw new LazaretteError('ObjectExists', `${key} is already there; it was not replaced`);
		const conditional = onlyIfAbsent && !storeIgnoresConditions;
		const request = putRequest({key: nameOf(key), ...content, body: pacedBody(body(), pace.upload, signal), onlyIfAbsent: conditional});
		try {
			await attempt(`cannot write ${key}`, 's3:PutObject', signal, async () => discardReply(await client.send(request, signal)));
		} catch (error) {
			// OpenStack Swift answers `501 Not Implemented` to If-None-Match.
			if (!conditional || !isLazaretteError(error) || error.context.status !== 501) throw error;
			storeIgnoresConditions = true;
			await upload(key, content, body, signal, {onlyIfAbsent});
		}
	};

	return {
		location: place.location,
		get scratchDirectory() {
			try {
				return scratch.path();
			} catch (error) {
				throw new LazaretteError('BadRequest', `cannot create a folder for unfinished files in ${options.scratchParent ?? tmpdir()}`, {hint: 'name a directory with some hundred MiB of free space that this process may write to', cause: error});
			}
		},

		async *list(prefix, signal) {
			checkPrefix(prefix);
			const objects = listObjects({
				bucket,
				prefix: `${folder}${prefix}`,
				send: async query => attempt(`cannot list ${prefix || 'all objects'}`, 's3:ListBucket', signal, async () => readReplyText(await client.send({method: 'GET', query}, signal))),
				repeat: async page => options.retry(page, signal),
			});
			for await (const object of objects) {
				const own = ours(object);
				if (own) yield own;
			}
		},

		async listTogether(prefixes, signal) {
			prefixes.forEach(checkPrefix);
			const send = async (query: Record<string, string>): Promise<string> => attempt('cannot list', 's3:ListBucket', signal, async () => readReplyText(await client.send({method: 'GET', query}, signal)));
			try {
				const found = await listTogether({bucket, prefix: folder, send}, prefixes);
				return new Map(Array.from(found, ([prefix, objects]) => [prefix, objects.flatMap(object => ours(object) ?? [])]));
			} catch (error) {
				// A policy may allow certain prefixes only, and a store may not know how to begin in the middle: the plain listings will say what is wrong, if anything is.
				if (isLazaretteError(error, 'AccessDenied') || isLazaretteError(error, 'BadRequest') || isLazaretteError(error, 'ObjectNotFound')) return new Map();
				throw error;
			}
		},

		async get(key, signal, range) {
			if (range) checkRange(range);
			if (range?.length === 0) return emptyRange(await exists(key, signal), key, range.offset);
			const request = {method: 'GET', key: nameOf(key), headers: range ? {range: rangeHeader(range)} : {}} as const;
			try {
				return await attempt(`cannot read ${key}`, 's3:GetObject', signal, async () => readReply(await client.send(request, signal), key, range, async bytes => pace.download(bytes, signal)));
			} catch (error) {
				// A range that begins behind the end: `416 Range Not Satisfiable`.
				if (!range || !isLazaretteError(error) || error.context.status !== 416) throw error;
				throw endsBefore(key, range, (await exists(key, signal))?.size ?? 0);
			}
		},
		async *stream(key, signal, range) {
			checkRange(range);
			if (range.length === 0) return;
			const what = `cannot read ${key}`;
			const name = nameOf(key);
			const behindEnd = async (error: unknown): Promise<never> => {
				if (!isLazaretteError(error) || error.context.status !== 416) throw error;
				throw endsBefore(key, range, (await exists(key, signal))?.size ?? 0);
			};
			const reply = await attempt(what, 's3:GetObject', signal, async () => client.receive(name, {range: rangeHeader(range)}, signal)).catch(behindEnd);
			try {
				yield* replyPieces(reply, key, range, async bytes => pace.download(bytes, signal));
			} catch (error) {
				throw s3Error(signal.aborted ? cancellation(signal) : error, {...place, what: `${what} in ${place.location}`, action: 's3:GetObject'});
			}
		},


		stat: exists,

		async put(key, bytes, signal, putOptions = {}) {
			const sha256 = putOptions.sha256 ?? createHash('sha256').update(bytes).digest('hex');
			await upload(key, {size: bytes.byteLength, sha256}, () => bytesBody(bytes), signal, putOptions);
		},

		async putFile(key, file, signal, putOptions = {}) {
			await upload(key, file, () => fileBody(file), signal, putOptions);
			await rm(file.path, {force: true});
		},

		async remove(key, signal) {
			try {
				await attempt(`cannot remove ${key}`, 's3:DeleteObject', signal, async () => discardReply(await client.send({method: 'DELETE', key: nameOf(key)}, signal)));
			} catch (error) {
				if (!isLazaretteError(error, 'ObjectNotFound')) throw error;
			}
		},

		async close() {
			client.destroy();
			await scratch.remove();
		},
	};
}
