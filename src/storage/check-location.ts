import {X509Certificate} from 'node:crypto';
import {isAbsolute} from 'node:path';
import {LazaretteError} from '../base/errors.ts';
import type {StorageLocation} from './location.ts';

/**
The same location with its parts in canonical form.
@throws BadRequest naming the part that is wrong
*/
export function checkLocation(location: StorageLocation): StorageLocation {
	if (location.kind === 'filesystem') return {kind: 'filesystem', path: checkPath(location.path)};
	const prefix = checkRepositoryPrefix(location.prefix ?? '');
	return {
		...location,
		bucket: checkBucket(location.bucket),
		prefix,
		...(location.endpoint === undefined ? {} : {endpoint: checkEndpoint(location.endpoint)}),
		...(location.caBundle === undefined ? {} : {caBundle: checkCaBundle(location.caBundle)}),
		...(location.region === undefined ? {} : {region: checkRegion(location.region)}),
	};
}

function checkPath(path: string): string {
	if (isAbsolute(path) && !path.includes('\0')) return path;
	throw invalidLocation('path', path, 'write the absolute path of a directory');
}

export function checkBucket(bucket: string): string {
	if (/^[\w.-]{1,255}$/.test(bucket) && !/^\.+$/.test(bucket)) return bucket;
	throw invalidLocation('bucket', bucket, 'a bucket name has letters, digits, dots and dashes');
}

export function checkRepositoryPrefix(prefix: string): string {
	const trimmed = prefix.replace(/^\/+|\/+$/g, '');
	if (trimmed === '') return '';
	if (!/\p{Cc}/u.test(trimmed) && !trimmed.split('/').some(part => part === '' || part === '.' || part === '..')) return trimmed;
	throw invalidLocation('prefix', prefix, 'it must be folder names separated by single slashes, without "." and ".."');
}

export function checkEndpoint(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url && (url.username !== '' || url.password !== '')) throw invalidLocation('endpoint', url.origin, 'credentials do not belong into a location: give them as a Secret, a file or the environment');
	if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') throw invalidLocation('endpoint', text, 'write https://host or https://host:port');
	return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

export function checkRegion(text: string): string {
	if (/^[\w.-]{1,64}$/.test(text)) return text;
	throw invalidLocation('region', text, 'write e.g. eu-central-1, or leave it out');
}

/** An empty bundle would make TLS fall back to the system's authorities, which is the opposite of what it is given for. */
function checkCaBundle(pem: string): string {
	const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
	try {
		for (const certificate of certificates) void new X509Certificate(certificate);
	} catch (error) {
		throw invalidLocation('caBundle', `${certificates.length} certificates`, 'one of them cannot be read; give PEM certificates', error);
	}

	if (certificates.length === 0) throw invalidLocation('caBundle', 'no certificate', 'give PEM certificates, each between BEGIN CERTIFICATE and END CERTIFICATE');
	return certificates.join('\n');
}

export function invalidLocation(field: string, value: string, hint: string, cause?: unknown): LazaretteError {
	// What stands before an @ may be a password.
	const shown = JSON.stringify(value.replace(/[^/]*@/g, '…@'));
	return new LazaretteError('BadRequest', `repository location: ${field} ${shown} is not valid; nothing was opened`, {hint, context: {field}, ...(cause === undefined ? {} : {cause})});
}
