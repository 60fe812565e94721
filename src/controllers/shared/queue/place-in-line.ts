import {inLine} from './plan-turns.ts';
import type {QueueFacts} from './plan-turns.ts';
import type {Ticket} from './ticket.ts';
import {moverLoad} from './mover-load.ts';
import type {Scope} from './mover-load.ts';

export type Place = {
	/** The limit that holds the ticket back. */
	scope?: Scope;
	/** From 1, among those that the same limit holds back. */
	position: number;
	of: number;
};

/**
The places of those whose turn has not come, behind those whose turn it is: in the order in which turns would be given, round robin among namespaces and among the
repositories of each. A position is an estimate; others may come and be before it.
*/
export function placesInLine(facts: QueueFacts, turns: ReadonlySet<string>): ReadonlyMap<string, Place> {
	const left = afterTurns(facts, turns);
	const load = moverLoad(left.moving, left.limits);
	const lines = Map.groupBy(inOrderOfTurns(left), ticket => {
		const scope = load.heldBackBy(ticket);
		return JSON.stringify([scope, scope && whose(ticket, scope)]);
	});
	const places = new Map<string, Place>();
	for (const [key, line] of lines) {
		const [scope] = JSON.parse(key) as [Scope | null];
		for (const [index, {id}] of line.entries()) places.set(id, {...(scope && {scope}), position: index + 1, of: line.length});
	}

	return places;
}

/** The place of a ticket that has just come, without putting all others in order. */
export function placeAtEnd(ticket: Ticket, facts: QueueFacts, turns: ReadonlySet<string>): Place {
	const {moving, waiting, limits} = afterTurns(facts, turns);
	const scope = moverLoad(moving, limits).heldBackBy(ticket);
	const of = waiting.filter(other => scope === undefined || whose(other, scope) === whose(ticket, scope)).length;
	return {...(scope && {scope}), position: of, of};
}

function afterTurns(facts: QueueFacts, turns: ReadonlySet<string>): QueueFacts {
	const [next, left] = [facts.waiting.filter(({id}) => turns.has(id)), facts.waiting.filter(({id}) => !turns.has(id))];
	return {...facts, moving: [...facts.moving, ...next], waiting: left};
}

const whose = (ticket: Ticket, scope: Scope): string => (scope === 'repository' ? ticket.repository : scope === 'namespace' ? ticket.namespace : scope === 'node' ? (ticket.node ?? '') : '');

type Ranked = {ticket: Ticket; round: number};

function inOrderOfTurns({waiting, moving, lastTurn, limits}: QueueFacts): Ticket[] {
	const load = moverLoad(moving, limits);
	const byNamespace = Map.groupBy(waiting, ({namespace}) => namespace);
	const ranked: Ranked[] = [];
	for (const [namespace, tickets] of byNamespace) {
		const lines = [...Map.groupBy(tickets, ({repository}) => repository)].flatMap(([repository, line]) =>
			line.toSorted(inLine).map((ticket, index): Ranked => ({ticket, round: load.ofRepository(repository) + index})),
		);
		const inTurn = lines.toSorted((left, right) => left.round - right.round || lastTurn(left.ticket.repository) - lastTurn(right.ticket.repository) || inLine(left.ticket, right.ticket));
		ranked.push(...inTurn.map(({ticket}, index) => ({ticket, round: load.ofNamespace(namespace) + index})));
	}

	return ranked
		.toSorted((left, right) => left.round - right.round || lastTurn(left.ticket.namespace) - lastTurn(right.ticket.namespace) || inLine(left.ticket, right.ticket))
		.map(({ticket}) => ticket);
}

/**
A place in words. Only the first ten are told exactly, so that a queue that moves rewrites the status of each run a few dozen times and not once for every run
before it.
*/
export const describePlace = ({position, of}: Pick<Place, 'position' | 'of'>): string => `${about(position)}${ordinal(coarse(position))} of ${about(of)}${coarse(of)}`;

const exactTo = 10;

const about = (count: number): string => (coarse(count) === count && count <= exactTo ? '' : 'about ');

/** To one digit. */
export function coarse(count: number): number {
	if (count <= exactTo) return count;
	const unit = 10 ** Math.floor(Math.log10(count));
	return Math.round(count / unit) * unit;
}

function ordinal(count: number): string {
	const last = count % 100 > 10 && count % 100 < 14 ? 0 : count % 10;
	return `${count}${last === 1 ? 'st' : last === 2 ? 'nd' : last === 3 ? 'rd' : 'th'}`;
}

/** When to look again at a place that nothing has announced: soon at the head, seldom far behind it. */
export const lookAgainMs = (position: number): number => Math.min(Math.max(position * 5000, 15_000), 600_000);
