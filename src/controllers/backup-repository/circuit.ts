import {keyOfObject} from '../../kube/object.ts';
import {planCircuit} from '../shared/circuit.ts';
import type {CircuitNews} from '../shared/circuit.ts';
import type {AttemptFailure} from '../shared/retry-plan.ts';
import type {RepositoryPass} from './pass.ts';

/** A probe ended; to be called once for each, before status tells of it. */
export function noteProbe(pass: RepositoryPass, probe: NonNullable<CircuitNews['probe']>): void {
	const {status, news, repository} = pass;
	move(pass, {probe, doubted: news.isDoubted(keyOfObject(repository), new Date(status.lastProbeTime ?? 0))});
}

/** How a repository stands whose probe met no usable store. */
export function describeOutage({status}: RepositoryPass, {reason, message}: AttemptFailure): Pick<AttemptFailure, 'reason' | 'message'> {
	const {circuit, nextAttemptTime} = status;
	if (circuit?.state !== 'Open') return {reason, message};
	const next = nextAttemptTime ? `; the next probe starts at ${nextAttemptTime.slice(0, 19)}Z, and no mover before one has succeeded` : '';
	return {reason: 'CircuitOpen', message: `${circuit.failures} probes in a row failed, the last with ${reason}: ${message}${next}`};
}

/** Movers that succeed show that the store bears more of them. */
export const noteWork = (pass: RepositoryPass): void => move(pass, {succeeded: pass.news.takeWorked(keyOfObject(pass.repository))});

function move({status, clock}: RepositoryPass, news: CircuitNews): void {
	const circuit = planCircuit(status.circuit, news, clock.now());
	if (circuit) status.circuit = circuit;
	else delete status.circuit;
}
