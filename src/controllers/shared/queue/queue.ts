import type {Clock} from '../../../base/clock.ts';
import type {ObjectKey} from '../../../kube/object.ts';
import type {ControllerCaches} from '../controller-caches.ts';
import {wait} from '../step.ts';
import type {Waiting} from '../step.ts';
import {followLastTurns} from './last-turns.ts';
import {liveMovers} from './live-movers.ts';
import type {MoverLimits} from './mover-limits.ts';
import {moverLoad} from './mover-load.ts';
import type {Moving} from './mover-load.ts';
import {describePlace, lookAgainMs, placeAtEnd, placesInLine} from './place-in-line.ts';
import type {Place} from './place-in-line.ts';
import {planTurns} from './plan-turns.ts';
import type {QueueFacts} from './plan-turns.ts';
import type {Ticket} from './ticket.ts';
import {queuedRuns} from './queued-runs.ts';
import type {QueuedRun} from './queued-runs.ts';
import {watchRoom} from './room-made.ts';

export type Turn = {
	kind: 'turn';
	/** Nodes that the mover has to keep away from. */
	avoidNodes: string[];
	/** To be called when the mover's Job exists, or will not. */
	done: () => void;
};

/**
The queue of all movers of backups and restores. Who waits and who works is read off the caches each time, so nothing is lost when the operator ends; all that is
kept here is the moment between a turn and its Job.
*/
export type MoverQueue = {
	/** Takes the turn of a ticket, when it has come. */
	take(ticket: Ticket): Turn | Waiting;
	/** Whether a ticket still waits; for passes that would otherwise prepare in vain. */
	stillWaits(ticket: Ticket): Waiting | undefined;
	/** Called with each run whose turn has come. */
	subscribe(wake: (kind: QueuedRun['kind'], key: ObjectKey) => void): void;
	/** Claims that wait and movers that work, by namespace. */
	sizes(): {waiting: ReadonlyMap<string, number>; moving: ReadonlyMap<string, number>};
};

/** Changes that come together lead to one look at the queue. */
const gatherMs = 50;
/** Places are told roughly, so they need not be new. */
const placesForMs = 1000;

/** Must come before the caches run. */
export function createMoverQueue({caches, limits, clock}: {caches: ControllerCaches; limits: MoverLimits; clock: Clock}): MoverQueue {
	const lastTurn = followLastTurns(caches);
	const granted = new Map<string, Moving>();
	const listeners: Array<Parameters<MoverQueue['subscribe']>[0]> = [];
	let places: {atMs: number; byId: ReadonlyMap<string, Place>} | undefined;
	let looking = false;

	/** `also` may not be in the cache yet, or with what it knew before. */
	const factsNow = (also?: Ticket): QueueFacts => {
		const waiting = queuedRuns(caches).flatMap(({tickets}) => tickets).filter(({id}) => !granted.has(id) && id !== also?.id);
		return {waiting: also ? [...waiting, also] : waiting, moving: [...liveMovers(caches).values(), ...granted.values()], limits: limits.current(), lastTurn};
	};

	const waitFor = (ticket: Ticket, facts: QueueFacts, turns: ReadonlySet<string>): Waiting => {
		const nowMs = clock.monotonicMs();
		if (!places || nowMs - places.atMs > placesForMs) places = {atMs: nowMs, byId: placesInLine(facts, turns)};
		const place = places.byId.get(ticket.id) ?? placeAtEnd(ticket, facts, turns);
		return wait('Queued', `${describePlace(place)}; ${limits.describe(place.scope, ticket)}`, {retryAfterMs: lookAgainMs(place.position)});
	};

	async function look(): Promise<void> {
		if (looking || listeners.length === 0) return;
		looking = true;
		await clock.sleep(gatherMs).catch(() => undefined);
		looking = false;
		const turns = planTurns(factsNow());
		if (turns.size === 0) return;
		for (const {kind, key, tickets} of queuedRuns(caches)) {
			if (tickets.some(({id}) => turns.has(id))) for (const wake of listeners) wake(kind, key);
		}
	}

	watchRoom(caches, () => void look());

	return {
		take(ticket) {
			const facts = factsNow(ticket);
			const turns = planTurns(facts);
			if (!turns.has(ticket.id)) return waitFor(ticket, facts, turns);
			const avoidNodes = ticket.node === undefined ? moverLoad(facts.moving, facts.limits).fullNodes() : [];
			granted.set(ticket.id, ticket);
			return {
				kind: 'turn',
				avoidNodes,
				done() {
					granted.delete(ticket.id);
					void look();
				},
			};
		},
		stillWaits(ticket) {
			const facts = factsNow(ticket);
			const turns = planTurns(facts);
			return turns.has(ticket.id) ? undefined : waitFor(ticket, facts, turns);
		},
		subscribe: wake => void listeners.push(wake),
		sizes() {
			const {waiting, moving} = factsNow();
			return {waiting: countByNamespace(waiting), moving: countByNamespace(moving)};
		},
	};
}

const countByNamespace = (items: ReadonlyArray<{namespace: string}>): Map<string, number> =>
	new Map([...Map.groupBy(items, ({namespace}) => namespace)].map(([namespace, group]) => [namespace, group.length]));
