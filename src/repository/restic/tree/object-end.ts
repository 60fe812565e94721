const quote = 0x22;
const backslash = 0x5c;

/** Finds where a JSON object ends that comes in pieces, without reading what it says. */
export class ObjectEnd {
	#depth = 0;
	#inString = false;
	#escaped = false;

	/** Where in [from, to) the object ends, behind its last brace; -1 when it goes on. The first piece begins with its first brace. */
	find(bytes: Uint8Array, from: number, to: number): number {
		for (let at = from; at < to; at++) {
			const byte = bytes[at]!;
			if (this.#inString) {
				if (this.#escaped) this.#escaped = false;
				else if (byte === backslash) this.#escaped = true;
				else if (byte === quote) this.#inString = false;
			} else if (byte === quote) this.#inString = true;
			else if (byte === 0x7b || byte === 0x5b) this.#depth++;
			else if ((byte === 0x7d || byte === 0x5d) && --this.#depth === 0) return at + 1;
		}
		return -1;
	}
}
