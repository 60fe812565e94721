/** Keeps the first `limit` of what is added and counts all: what people read, without memory that grows with what went wrong. */
export class BoundedList<T> {
	readonly items: T[] = [];
	readonly #limit: number;
	#total = 0;

	constructor(limit = 1000) {
		this.#limit = limit;
	}

	get total(): number {
		return this.#total;
	}

	add(item: T): void {
		this.#total++;
		if (this.items.length < this.#limit) this.items.push(item);
	}
}
