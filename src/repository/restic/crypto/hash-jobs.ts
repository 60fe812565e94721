import {createHash, hash} from 'node:crypto';
import {loadOpenSsl} from './openssl/openssl.ts';
import {hasShaExtensions} from './openssl/sha-extensions.ts';
import {provenSha256Pair} from './openssl/sha256-pair.ts';
import {PairHasher} from './pair-hasher.ts';
import type {HashJob} from './hash-job.ts';

export type HashJobs = {
	/** Does jobs until `nextJob` gives none. One of them may then be left, begun. */
	run(nextJob: () => HashJob | undefined): void;
	/** Goes on for a while with a job that was left; false when there is none. */
	finish(): boolean;
};

/** Two at a time where this machine has use for that. For one thread. */
export function openHashJobs(hasUse: () => boolean = hasShaExtensions): HashJobs {
	const openSsl = hasUse() ? loadOpenSsl() : undefined;
	const pair = openSsl && provenSha256Pair(openSsl);
	return pair ? new PairHasher(pair, hashOne) : oneByOne;
}

export const oneByOne: HashJobs = {
	run(nextJob) {
		for (let job = nextJob(); job; job = nextJob()) hashOne(job);
	},
	finish: () => false,
};

function hashOne(job: HashJob): void {
	let piece = job.next();
	if (piece?.length === job.length) {
		job.end(Buffer.from(hash('sha256', piece, 'hex'), 'hex'));
		return;
	}
	const digest = createHash('sha256');
	let done = 0;
	while (piece) {
		digest.update(piece);
		done += piece.length;
		if (done === job.length) {
			job.end(digest.digest());
			return;
		}
		piece = job.next();
	}
	job.end(undefined);
}
