import {createHash, createHmac} from 'node:crypto';
import {escapeSegment} from './s3-address.ts';
import type {Clock} from '../../base/clock.ts';
import type {CredentialsProvider} from './s3-credentials.ts';

export type SignableRequest = {
	method: string;
	/** Escaped. */
	path: string;
	/** Not yet escaped. */
	query: Record<string, string>;
	/** Names in lower case; with `host`, and with `x-amz-content-sha256`, which is signed as it is. */
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

const algorithm = 'AWS4-HMAC-SHA256';

/**
Signature Version 4 as S3 has it ("Signature Calculations for the Authorization Header", in one chunk). Where our clock and the store's differ much, the store's counts,
since it is the one that refuses.
*/
export function createSigner({region, credentials, clock}: {region: string; credentials: CredentialsProvider; clock: Clock}): Signer {
	let offsetMs = 0;
	const now = (): number => clock.now().getTime() + offsetMs;
	return {
		async sign(request) {
			const {accessKeyId, secretAccessKey, sessionToken} = await credentials();
			const time = new Date(now()).toISOString().replace(/[-:]|\.\d+/g, '');
			const scope = [time.slice(0, 8), region, 's3', 'aws4_request'];
			const headers = {...request.headers, 'x-amz-date': time, ...(sessionToken && {'x-amz-security-token': sessionToken})};
			const {text, names} = canonicalRequest({...request, headers});
			const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
			const signature = hmac(key, [algorithm, time, scope.join('/'), createHash('sha256').update(text).digest('hex')].join('\n')).toString('hex');
			return {...headers, authorization: `${algorithm} Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`};
		},
		learnTime(date) {
			const theirs = date === undefined ? NaN : Date.parse(date);
			if (Math.abs(theirs - now()) >= clockToleranceMs) offsetMs = theirs - clock.now().getTime();
		},
	};
}

/** What is signed, and the names of the headers in it: all but the one that a proxy may have a word to add to. */
function canonicalRequest({method, path, query, headers}: SignableRequest): {text: string; names: string} {
	const names = Object.keys(headers)
		.filter(name => name !== 'user-agent')
		.toSorted();
	const values = new Map(Object.entries(query).map(([name, value]) => [escapeSegment(name), escapeSegment(value)]));
	const pairs = Array.from(values.keys()).toSorted().map(name => `${name}=${values.get(name)}`);
	const lines = names.map(name => `${name}:${headers[name]!.trim().replace(/\s+/g, ' ')}\n`);
	return {text: [method, path, pairs.join('&'), lines.join(''), names.join(';'), headers['x-amz-content-sha256']].join('\n'), names: names.join(';')};
}

const hmac = (secret: string | Buffer, text: string): Buffer => createHmac('sha256', secret).update(text).digest();
