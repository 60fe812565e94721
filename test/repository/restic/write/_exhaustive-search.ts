/** A system of steps. States are bytes, equal ones the same bytes. */
export type Model = {
	start: Uint8Array;
	/** Calls `next` with each state that one step leads to. */
	successors: (state: Uint8Array, next: (successor: Uint8Array) => void) => void;
	/** What is wrong with a state, by itself. */
	faultOf: (state: Uint8Array) => string | undefined;
	/** Nothing is to come any more, and all is as it should be. */
	isEnd: (state: Uint8Array) => boolean;
	describe: (state: Uint8Array) => string;
};

export type Found = {
	states: number;
	ends: number;
	/** The first fault on a shortest way, and the way to it. */
	fault: {what: string; way: string[]} | undefined;
};

/** Looks at every state that can be reached: none may be at fault, stand still before the end, or have no way to the end at all (which is what going round in circles for ever looks like). */
export function searchExhaustively(model: Model, mostStates = 12_000_000): Found {
	const keys: string[] = [];
	const numbers = new Map<string, number>();
	const parents = new Numbers();
	const edges = {from: new Numbers(), to: new Numbers()};
	const ends: number[] = [];
	const found = (what: string, state: number): Found => ({states: keys.length, ends: ends.length, fault: {what, way: wayTo(state).map(step => model.describe(bytesOf(keys[step]!)))}});
	const wayTo = (state: number): number[] => {
		const way = [state];
		for (let at = state; at > 0; way.push(at)) at = parents.at(at);
		return way.reverse();
	};
	const numberOf = (state: Uint8Array, parent: number): number => {
		const key = keyOf(state);
		const known = numbers.get(key);
		if (known !== undefined) return known;
		numbers.set(key, keys.length);
		parents.push(parent);
		return keys.push(key) - 1;
	};

	numberOf(model.start, 0);
	for (let current = 0; current < keys.length; current++) {
		if (keys.length > mostStates) throw new Error(`more than ${mostStates} states`);
		const state = bytesOf(keys[current]!);
		const fault = model.faultOf(state);
		if (fault !== undefined) return found(fault, current);
		let count = 0;
		model.successors(state, successor => {
			count++;
			edges.from.push(current);
			edges.to.push(numberOf(successor, current));
		});
		if (count > 0) continue;
		if (!model.isEnd(state)) return found('stands still', current);
		ends.push(current);
	}
	const stuck = firstWithoutEnd(keys.length, edges, ends);
	return stuck === undefined ? {states: keys.length, ends: ends.length, fault: undefined} : found('can not come to an end', stuck);
}

const keyOf = (state: Uint8Array): string => Buffer.from(state.buffer, state.byteOffset, state.length).toString('latin1');
const bytesOf = (key: string): Uint8Array => new Uint8Array(Buffer.from(key, 'latin1'));

/** Goes from the ends back along all edges; the first state that is not come by. */
function firstWithoutEnd(states: number, edges: {from: Numbers; to: Numbers}, ends: readonly number[]): number | undefined {
	const starts = new Int32Array(states + 1);
	for (let edge = 0; edge < edges.to.length; edge++) starts[edges.to.at(edge) + 1]!++;
	for (let state = 0; state < states; state++) starts[state + 1]! += starts[state]!;
	const filled = starts.slice();
	const before = new Int32Array(edges.to.length);
	for (let edge = 0; edge < edges.to.length; edge++) before[filled[edges.to.at(edge)]!++] = edges.from.at(edge);
	const comesToEnd = new Uint8Array(states);
	const open = [...ends];
	for (const end of ends) comesToEnd[end] = 1;
	for (let state = open.pop(); state !== undefined; state = open.pop()) {
		for (let at = starts[state]!; at < starts[state + 1]!; at++) {
			if (comesToEnd[before[at]!] === 1) continue;
			comesToEnd[before[at]!] = 1;
			open.push(before[at]!);
		}
	}
	const stuck = comesToEnd.indexOf(0);
	return stuck < 0 ? undefined : stuck;
}

/** A list of numbers in four bytes each, however many there are. */
class Numbers {
	#items = new Int32Array(1024);
	length = 0;

	push(item: number): void {
		if (this.length === this.#items.length) {
			const larger = new Int32Array(this.length * 2);
			larger.set(this.#items);
			this.#items = larger;
		}
		this.#items[this.length++] = item;
	}

	at(index: number): number {
		return this.#items[index]!;
	}
}
