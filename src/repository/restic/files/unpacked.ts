import {LazaretteError} from '../../../base/errors.ts';
import {goJson} from './go-json.ts';
import {compress, decompressUpTo} from './zstd.ts';
import type {Sealer} from '../crypto/sealer.ts';
import type {RepositoryConfig} from './config.ts';

/** First byte of a compressed file; raw JSON begins with `{` or `[`. */
const compressed = 0x02;
const compressionLevel = 3;

/** An index of 50 000 blobs is 8 MB of JSON; what claims to be larger than this is no file that any writer makes. */
const maxPlainLength = 256 * 1024 * 1024;

/**
A file of `index/`, `snapshots/` or `locks/` as it is stored; its key ends in the SHA-256 of the result. `json` is a value or finished text. Readers
of version 1 repositories know no compression.
*/
export function encodeUnpacked(sealer: Sealer, json: unknown, version: RepositoryConfig['version'] = 2): Buffer {
	const text = json instanceof Uint8Array ? json : Buffer.from(goJson(json));
	return sealer.seal(version === 1 ? text : Buffer.concat([Buffer.of(compressed), compress(text, compressionLevel)]));
}

/** The JSON text of such a file. @throws RepositoryDamaged naming `what` */
export function decodeUnpacked(sealer: Sealer, bytes: Uint8Array, what: string): Buffer {
	const plain = sealer.open(bytes, what);
	const first = plain[0];
	if (first === compressed) return decompressUpTo(plain.subarray(1), maxPlainLength, what);
	if (first === 0x7b || first === 0x5b) return plain;
	throw new LazaretteError('RepositoryDamaged', `${what} begins with byte ${first ?? 'none'}, which is neither JSON nor a known encoding`, {
		hint: 'it may have been written by a newer version; update before writing to this repository',
		context: {object: what},
	});
}
