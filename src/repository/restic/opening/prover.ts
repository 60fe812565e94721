import {openHashJobs} from '../crypto/hash-jobs.ts';
import {ProvingDesk} from './proving-desk.ts';
import type {MasterKey} from '../crypto/master-key.ts';
import type {Proof} from './proving-desk.ts';

/** Proves the blobs of one slot after another, and of two at a time where a core can hash two messages in less than twice the time of one. One serves one thread. */
export class Prover {
	readonly #desks: readonly [ProvingDesk, ProvingDesk];
	readonly #hashJobs = openHashJobs();
	/** The one whose blobs are being begun. */
	#desk: ProvingDesk | undefined;

	constructor(key: MasterKey) {
		this.#desks = [new ProvingDesk(key), new ProvingDesk(key)];
	}

	/** Until `nextProof` gives none. One proof may then be left, begun. */
	prove(nextProof: () => Proof | undefined): void {
		this.#hashJobs.run(() => {
			for (;;) {
				const job = this.#desk?.next();
				if (job) return job;
				const proof = nextProof();
				if (!proof) return undefined;
				// One job at most is in hand, or left, so one of the two is free.
				this.#desk = this.#desks.find(({isFree}) => isFree)!;
				this.#desk.begin(proof);
			}
		});
	}

	/** Goes on for a while with a proof that was left; false when there is none. */
	finish(): boolean {
		return this.#hashJobs.finish();
	}
}
