import type {Ticket} from './ticket.ts';

/** A mover that runs, or may: its Job exists and has not ended. */
export type Moving = {namespace: string; repository: string; /** Absent until a scheduler has chosen it. */ node?: string};

/** How many movers may run at once; an absent limit is none. */
export type Limits = {
	operator?: number | undefined;
	namespace?: number | undefined;
	node?: number | undefined;
	/** Nodes that take pods; asked for only when there is a limit for nodes. */
	nodes: () => readonly string[];
	/** Of a repository, by its key. */
	repository: (key: string) => number | undefined;
};

export type Scope = 'repository' | 'namespace' | 'node' | 'operator';

export type MoverLoad = {
	ofNamespace(name: string): number;
	ofRepository(key: string): number;
	/** Whether the operator's own limit is reached: then nobody's turn can come. */
	isFull(): boolean;
	admits(ticket: Wish): boolean;
	/** The first limit that keeps a mover from starting. */
	heldBackBy(ticket: Wish): Scope | undefined;
	/** Nodes that a mover that may run anywhere has to avoid. */
	fullNodes(): string[];
	add(moving: Moving): void;
};

type Wish = Pick<Ticket, 'namespace' | 'repository' | 'node'>;

/** Counts movers against limits. One that no scheduler has placed yet may land on any node, so it counts on each. */
export function moverLoad(moving: readonly Moving[], limits: Limits): MoverLoad {
	const byNamespace = new Map<string, number>();
	const byRepository = new Map<string, number>();
	const byNode = new Map<string, number>();
	let total = 0;
	let unplaced = 0;

	const add = ({namespace, repository, node}: Moving): void => {
		total += 1;
		increase(byNamespace, namespace);
		increase(byRepository, repository);
		if (node === undefined) unplaced += 1;
		else increase(byNode, node);
	};
	const isNodeFull = (node: string): boolean => (byNode.get(node) ?? 0) + unplaced >= limits.node!;
	const heldBackBy = ({namespace, repository, node}: Wish): Scope | undefined => {
		if (reached(byRepository.get(repository), limits.repository(repository))) return 'repository';
		if (reached(byNamespace.get(namespace), limits.namespace)) return 'namespace';
		if (limits.node !== undefined && (node === undefined ? limits.nodes().every(isNodeFull) : isNodeFull(node))) return 'node';
		return reached(total, limits.operator) ? 'operator' : undefined;
	};

	for (const mover of moving) add(mover);
	return {
		ofNamespace: name => byNamespace.get(name) ?? 0,
		ofRepository: key => byRepository.get(key) ?? 0,
		isFull: () => reached(total, limits.operator),
		admits: ticket => heldBackBy(ticket) === undefined,
		heldBackBy,
		fullNodes: () => (limits.node === undefined ? [] : limits.nodes().filter(isNodeFull)),
		add,
	};
}

const reached = (used = 0, limit: number | undefined): boolean => limit !== undefined && used >= limit;

const increase = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
