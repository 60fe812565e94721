import {createHash, createHmac} from 'node:crypto';
import {SignatureV4} from '@smithy/signature-v4';
import type {Clock} from '../../base/clock.ts';
import type {CredentialsProvider} from './s3-credentials.ts';

export type SignableRequest = {
	method: string;
	secure: boolean;
	hostname: string;
	port?: number;
	/** Escaped. */
	path: string;
	/** Not yet escaped. */
	query: Record<string, string>;
	/** With `x-amz-content-sha256`, which is signed as it is. */
	headers: Record<string, string>;
};

export type Signer = {
	/** The request's headers with those of the signature. */
	sign(request: SignableRequest): Promise<Record<string, string>>;
	/** Takes note of a reply's `Date`. */
	learnTime(date: string | undefined): void;
};

/** Stores refuse signatures that are 15 minutes off; a third of that is no network delay any more. */
const clockToleranceMs = 5 * 60_000;

/** Signature Version 4 as S3 has it. Where our clock and the store's differ much, the store's counts, since it is the one that refuses. */
export function createSigner({region, credentials, clock}: {region: string; credentials: CredentialsProvider; clock: Clock}): Signer {
	const signature = new SignatureV4({service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false, applyChecksum: false});
	let offsetMs = 0;
	const now = (): number => clock.now().getTime() + offsetMs;
	return {
		async sign({secure, ...request}) {
			const signed = await signature.sign({...request, protocol: secure ? 'https:' : 'http:'}, {signingDate: new Date(now())});
			return signed.headers;
		},
		learnTime(date) {
			const theirs = date === undefined ? NaN : Date.parse(date);
			if (Math.abs(theirs - now()) >= clockToleranceMs) offsetMs = theirs - clock.now().getTime();
		},
	};
}

type Bytes = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, or HMAC-SHA-256 with a secret, in the form that the signer asks for. */
class Sha256 {
	readonly #hash: {update(data: Uint8Array): unknown; digest(): Buffer};

	constructor(secret?: Bytes) {
		this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
	}

	update(data: Uint8Array): void {
		this.#hash.update(data);
	}

	async digest(): Promise<Uint8Array> {
		return this.#hash.digest();
	}

	reset(): void {
		throw new Error('a hash is used once');
	}
}

function bytesOf(data: Bytes): Uint8Array {
	if (typeof data === 'string') return Buffer.from(data);
	return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
