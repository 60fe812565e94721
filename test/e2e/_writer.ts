import type {ExecutionContext} from 'ava';
import {waitUntil} from '../cluster/wait-until.ts';
import type {Claim} from './_claims.ts';
import {startPod} from './_pods.ts';
import {spaceOf} from './_space.ts';
import {readTexts} from './_volume-view.ts';

const slots = 16;

export type Writer = {
	pod: string;
	/** How far it has come. */
	step(): Promise<number>;
	/**
	Fails unless the claim holds what this writer had written at one single instant: a copy that was made while the writer went on holds steps of different
	times. @returns the last complete step in it
	*/
	holdsOneInstant(t: ExecutionContext, copy: Claim): Promise<number>;
};

/**
A pod that keeps writing into a claim. Step k writes k into one of 16 files in turn and then notes k at the end of a journal, so that every instant of the
claim tells which one it is, and a mixture of two tells that as well.
*/
export async function startWriter(t: ExecutionContext, claim: Claim, {everyMs = 20}: {everyMs?: number} = {}): Promise<Writer> {
	const space = await spaceOf(t);
	const pod = `writer-of-${claim.name}`;
	const script = `mkdir -p /data/writer; cd /data/writer; k=0; : > journal
		while :; do k=$((k + 1)); echo $k > slot-$((k % ${slots})); echo $k >> journal; echo $k; sleep ${everyMs / 1000}; done`;
	await startPod(space, pod, {claims: {'/data': claim.name}, script});
	const step = async (): Promise<number> => Number(await space.kube.podLog({namespace: space.name, name: pod}, {tailLines: 1}, space.signal));
	// Once round all slots, so that a snapshot cut from now on has something in each.
	await waitUntil(`pod ${pod} writes`, async () => (await step()) > slots, {timeoutMs: 60_000, everyMs: 200});
	return {
		pod,
		step,
		async holdsOneInstant(t, copy) {
			const texts = await readTexts(copy);
			const last = Number(texts['writer/journal']?.split('\n').at(-2) ?? 0);
			const found = Array.from({length: slots}, (_, slot) => texts[`writer/slot-${slot}`] ?? '');
			const wrong = found.flatMap((text, slot) => (allowed(slot, last).includes(text) ? [] : [`slot ${slot} holds ${JSON.stringify(text)}, and the journal ends with ${last}`]));
			t.deepEqual(wrong, [], 'the copy mixes several instants');
			return last;
		},
	};
}

/** What a slot holds when `last` was the last step that the journal noted: the step after it may have been under way. */
function allowed(slot: number, last: number): string[] {
	const newest = last - ((((last - slot) % slots) + slots) % slots);
	const settled = newest >= 1 ? `${newest}\n` : '';
	return (last + 1) % slots === slot ? [settled, '', `${last + 1}\n`] : [settled];
}
