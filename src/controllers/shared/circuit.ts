import type {Circuit} from '../../api/v1alpha1/repository-limits.ts';
import type {ReadyReason} from '../../api/v1alpha1/reasons.ts';

/** What has become known of a repository's store since the circuit was last planned. */
export type CircuitNews = {
	/** How a probe ended that was waited for. */
	probe?: 'answered' | 'unreachable';
	/** A mover failed after the store had been found well. */
	doubted?: boolean;
	/** Movers that did their work. */
	succeeded?: number;
};

/** So many probes in a row make an outage of what may have been a hiccup. */
const opensAfter = 3;
/** With so many movers at once the store has shown that it is well. */
const closesAt = 16;

/** Failures of a probe that tell of the store and not of its configuration. */
export const isOutage = (reason: ReadyReason): boolean => reason === 'StoreUnreachable' || reason === 'StoreThrottled';

/**
How an outage of a store is met. While its probes fail no mover starts; the first success lets one mover in, and each that succeeds doubles how many may work,
so that a thousand runs that have waited do not all fall on a store that has just come back.
@returns undefined when all is well
*/
export function planCircuit(circuit: Circuit | undefined, {probe, doubted = false, succeeded = 0}: CircuitNews, now: Date): Circuit | undefined {
	const enter = (state: Circuit['state'], rest: Omit<Circuit, 'state' | 'transitionTime'>): Circuit => ({state, transitionTime: circuit?.state === state ? circuit.transitionTime : now.toISOString(), ...rest});

	if (probe === 'unreachable') {
		const failures = (circuit?.failures ?? 0) + 1;
		return enter(failures >= opensAfter || (circuit !== undefined && circuit.state !== 'Closed') ? 'Open' : 'Closed', {failures});
	}

	if (probe === 'answered') {
		if (circuit?.state !== 'HalfOpen') return circuit && enter('HalfOpen', {failures: 0, movers: 1});
		return doubted ? {...circuit, movers: 1} : undefined;
	}

	if (circuit?.state !== 'HalfOpen' || succeeded === 0) return circuit;
	const movers = (circuit.movers ?? 1) * 2 ** Math.min(succeeded, 10);
	return movers >= closesAt ? undefined : {...circuit, movers};
}
