/** A JSON value as JavaScript has it, but integers that a double can not hold are bigints. */
export type JsonValue = string | number | bigint | boolean | null | JsonValue[] | {[name: string]: JsonValue};

/** The text between the quotes of a JSON string. @throws SyntaxError for an invalid escape */
export function decodeJsonString(bytes: Uint8Array, from: number, to: number): string {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
	return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

function decodeLiteral(bytes: Uint8Array, from: number, to: number): JsonValue {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
	const value = JSON.parse(text) as number | boolean | null;
	return typeof value === 'number' && /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value;
}

/** Builds one value from a scanner's tokens, for the few members of a node that are neither text nor number. */
export class JsonValueBuilder {
	/** Containers that are still open; the member a value belongs to stands beside its object. */
	readonly #open: Array<{container: JsonValue[] | {[name: string]: JsonValue}; key: string}> = [];
	#done: JsonValue | undefined;

	/** Undefined until the value is complete; taking it makes the builder ready for the next. */
	take(): JsonValue | undefined {
		const value = this.#done;
		this.#done = undefined;
		return value;
	}

	begin(kind: 'object' | 'array'): void {
		this.#open.push({container: kind === 'array' ? [] : {}, key: ''});
	}

	end(): void {
		this.#add(this.#open.pop()!.container);
	}

	key(bytes: Uint8Array, from: number, to: number): void {
		this.#open.at(-1)!.key = decodeJsonString(bytes, from, to);
	}

	string(bytes: Uint8Array, from: number, to: number): void {
		this.#add(decodeJsonString(bytes, from, to));
	}

	literal(bytes: Uint8Array, from: number, to: number): void {
		this.#add(decodeLiteral(bytes, from, to));
	}

	#add(value: JsonValue): void {
		const top = this.#open.at(-1);
		if (!top) this.#done = value;
		else if (Array.isArray(top.container)) top.container.push(value);
		// A member named __proto__ would otherwise set the prototype.
		else Object.defineProperty(top.container, top.key, {value, enumerable: true, writable: true, configurable: true});
	}
}
