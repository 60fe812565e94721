import {moverLoad} from './mover-load.ts';
import type {Limits, Moving} from './mover-load.ts';
import type {Ticket} from './ticket.ts';

export type QueueFacts = {
	waiting: readonly Ticket[];
	moving: readonly Moving[];
	limits: Limits;
	/** When a namespace, or a repository by its key, last had a turn, in ms; 0 when never. */
	lastTurn: (name: string) => number;
};

/**
Decides whose turn it is. Among those that no limit holds back, the namespace with the fewest movers goes first, then the one whose last turn is the longest ago;
within it the repository by the same rule; within that the oldest run. So a namespace with a thousand runs delays the one run of another by one mover, and
whoever waits comes nearer with every turn of others. The same facts lead to the same turns.
*/
export function planTurns({waiting, moving, limits, lastTurn}: QueueFacts): ReadonlySet<string> {
	const turns = new Set<string>();
	const load = moverLoad(moving, limits);
	if (load.isFull()) return turns;

	const groups = new Map<string, Map<string, Ticket[]>>();
	for (const ticket of waiting) {
		if (!load.admits(ticket)) continue;
		const group = groups.get(ticket.namespace) ?? new Map<string, Ticket[]>();
		groups.set(ticket.namespace, group);
		const line = group.get(ticket.repository);
		if (line) line.push(ticket);
		else group.set(ticket.repository, [ticket]);
	}

	for (const group of groups.values()) for (const line of group.values()) line.sort(inLine);
	const heads = new Map<string, Ticket>();
	const findHead = (namespace: string): void => {
		const head = headOf(groups.get(namespace)!);
		if (head) heads.set(namespace, head);
		else heads.delete(namespace);
	};
	const headOf = (group: Map<string, Ticket[]>): Ticket | undefined => {
		const candidates = [...group.values()].flatMap(line => line.find(ticket => !turns.has(ticket.id) && load.admits(ticket)) ?? []);
		return least(candidates, (left, right) => load.ofRepository(left.repository) - load.ofRepository(right.repository) || lastTurn(left.repository) - lastTurn(right.repository) || inLine(left, right));
	};

	for (const namespace of groups.keys()) findHead(namespace);
	while (!load.isFull() && heads.size > 0) {
		const next = least([...heads.values()], (left, right) => load.ofNamespace(left.namespace) - load.ofNamespace(right.namespace) || lastTurn(left.namespace) - lastTurn(right.namespace) || inLine(left, right))!;
		// Another namespace's turn may have filled its node since it became the head.
		if (load.admits(next)) {
			turns.add(next.id);
			load.add(next);
		}

		findHead(next.namespace);
	}

	return turns;
}

/** Who goes first in the line of one repository. */
export const inLine = (left: Ticket, right: Ticket): number => Number(right.urgent) - Number(left.urgent) || compare(left.order, right.order) || compare(left.id, right.id);

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function least<T>(items: readonly T[], order: (left: T, right: T) => number): T | undefined {
	let found = items[0];
	for (const item of items) if (found !== item && order(item, found!) < 0) found = item;
	return found;
}
