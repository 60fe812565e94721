import {resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {checkBucket, checkEndpoint, checkRegion, checkRepositoryPrefix, invalidLocation} from './check-location.ts';
import type {Addressing, FilesystemLocation, S3Location, StorageLocation} from './location.ts';

/**
Reads a location as people write it: a path, `file:///path`, `s3://bucket/prefix?endpoint=https://host&region=…&addressing=path`,
or restic's `s3:https://host/bucket/prefix`. Relative paths count from `workingDirectory`.
@throws BadRequest naming the part that is wrong
*/
export function parseLocation(text: string, workingDirectory: string): StorageLocation {
	if (text.startsWith('s3://')) return parseS3Url(text);
	if (text.startsWith('s3:')) return parseResticS3(text);
	if (text.startsWith('file:')) return parseFileUrl(text);
	const scheme = /^([a-z][a-z\d+.-]*):/i.exec(text)?.[1];
	if (scheme !== undefined) throw invalidLocation('scheme', scheme, 'write a path, file:///path, s3://bucket/prefix or s3:https://host/bucket/prefix');
	if (text.trim() === '' || text.includes('\0')) throw invalidLocation('path', text, 'write the path of a directory');
	return {kind: 'filesystem', path: resolve(workingDirectory, text)};
}

function parseFileUrl(text: string): FilesystemLocation {
	try {
		return {kind: 'filesystem', path: fileURLToPath(text)};
	} catch (error) {
		throw invalidLocation('path', text, 'write file:/// and an absolute path', error);
	}
}

function parseS3Url(text: string): S3Location {
	const [place, query] = split(text.slice('s3://'.length), '?');
	const [bucket, prefix] = split(place, '/');
	// restic reads s3://host/bucket with a host where we read a bucket; a port or Amazon's domain shows that this was meant.
	if (bucket.includes(':') || bucket.endsWith('.amazonaws.com')) throw invalidLocation('bucket', bucket, 'to name a host write s3:https://host/bucket/prefix, or s3://bucket/prefix?endpoint=https://host');
	return {...bucketAndPrefix(bucket, prefix), ...options(query, ['endpoint', 'region', 'addressing'])};
}

function parseResticS3(text: string): S3Location {
	const [rest, query] = split(text.slice('s3:'.length), '?');
	const [, scheme = 'https://', host = '', path = ''] = /^(https?:\/\/)?([^/]*)\/?(.*)$/s.exec(rest) ?? [];
	const [bucket, prefix] = split(path, '/');
	const endpoint = checkEndpoint(`${scheme}${host}`);
	return {...bucketAndPrefix(bucket, prefix), endpoint, ...options(query, ['region', 'addressing'])};
}

function bucketAndPrefix(bucket: string, prefix: string): S3Location {
	const checked = checkRepositoryPrefix(prefix);
	return {kind: 's3', bucket: checkBucket(bucket), ...(checked === '' ? {} : {prefix: checked})};
}

type Option = 'endpoint' | 'region' | 'addressing';

function options(query: string, known: readonly Option[]): Partial<Pick<S3Location, Option>> {
	const found: Partial<Pick<S3Location, Option>> = {};
	for (const [name, value] of new URLSearchParams(query)) {
		if (!known.some(option => option === name)) throw invalidLocation('option', name, `known here: ${known.join(', ')}`);
		if (name === 'endpoint') found.endpoint = checkEndpoint(value);
		if (name === 'region') found.region = checkRegion(value);
		if (name === 'addressing') found.addressing = addressingOf(value);
	}

	return found;
}

const addressingNames: Record<string, Addressing> = {auto: 'Auto', path: 'Path', 'virtual-host': 'VirtualHost'};

function addressingOf(text: string): Addressing {
	const found = Object.hasOwn(addressingNames, text) ? addressingNames[text] : undefined;
	if (found) return found;
	throw invalidLocation('addressing', text, `write ${Object.keys(addressingNames).join(', ')}`);
}

/** Before and after the first `separator`; '' after it when there is none. */
function split(text: string, separator: string): [string, string] {
	const at = text.indexOf(separator);
	return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
