import {makeCorpus} from '../fixtures/corpus/make-corpus.ts';
import type {Claim} from './_claims.ts';
import {volumePath} from './_volume-path.ts';

/** All that a Linux volume can hold, devices included, put there from outside: no container may make all of it. */
export async function fillWithCorpus(claim: Claim): Promise<void> {
	const {left} = await makeCorpus(await volumePath(claim), {seed: 3, devices: true});
	if (left.length > 0) throw new Error(`this machine could not make all of the corpus: ${left.join(', ')}`);
}
