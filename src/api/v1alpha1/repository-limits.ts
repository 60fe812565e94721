import {choice, count, integer, object, optional, time} from './fields.ts';
import type {Static} from 'typebox';

/** Slower transfers would run into the idle timeouts of connections; src/storage/wrap/limit.ts refuses them as well. */
const leastBytesPerSecond = 16 * 1024;

const rate = (description: string) => optional(integer(description, {minimum: leastBytesPerSecond, maximum: Number.MAX_SAFE_INTEGER}));

/** `spec.limits` of a repository. */
export const repositoryLimits = optional(object('limits keep the repository\'s store from being overrun; without them only the operator\'s own limits hold.', {
	parallelMovers: optional(integer('parallelMovers is how many movers of backups and restores work with the repository at once; further ones wait in the queue.', {minimum: 1, maximum: 1000})),
	bytesPerSecond: optional(object('bytesPerSecond is the speed of each mover\'s connection to the store, both directions by themselves.', {
		upload: rate('upload is the most that a mover sends in a second.'),
		download: rate('download is the most that a mover receives in a second.'),
	})),
}));

/** `status.circuit` of a repository: kept in status, so that a restarted operator neither forgets an outage nor rushes a store that has just come back. */
export const circuitField = optional(object('circuit tells how an outage of the store is met; absent while all is well.', {
	state: choice('state. Closed: a probe failed, and a few more decide. Open: probes failed in a row; no mover starts, and the pauses between probes grow. HalfOpen: the store answers again, and work is taken up step by step.', ['Closed', 'Open', 'HalfOpen']),
	transitionTime: time('transitionTime is when the state was entered.'),
	failures: count('failures is how many probes in a row found no usable store.'),
	movers: optional(count('movers is how many movers may work at once while the circuit is HalfOpen; each that succeeds doubles it.')),
}));

export type RepositoryLimits = NonNullable<Static<typeof repositoryLimits>>;
export type Circuit = NonNullable<Static<typeof circuitField>>;
