const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['k', 'M', 'G', 'T', 'P', 'E'];

/** Bytes of a Kubernetes quantity; undefined when it is none. Only for comparisons: very large ones lose their last digits. */
export function bytesOf(quantity: string | number | undefined): number | undefined {
	const match = /^(\d+(?:\.\d*)?|\.\d+)([a-zA-Z]{0,2}|[eE]\d{1,2})$/v.exec(String(quantity ?? ''));
	if (!match) return undefined;
	const [, digits, suffix] = match;
	const factor = factorOf(suffix!);
	return factor === undefined ? undefined : Math.ceil(Number(digits) * factor);
}

function factorOf(suffix: string): number | undefined {
	if (suffix === '') return 1;
	if (suffix === 'm') return 0.001;
	if (/^[eE]\d/v.test(suffix)) return 10 ** Number(suffix.slice(1));
	if (binary.includes(suffix)) return 1024 ** (binary.indexOf(suffix) + 1);
	return decimal.includes(suffix) ? 1000 ** (decimal.indexOf(suffix) + 1) : undefined;
}

/** The larger of two quantities, as it was written; one that cannot be read counts as none. */
export function largerQuantity(left: string | undefined, right: string | undefined): string | undefined {
	const [a, b] = [bytesOf(left), bytesOf(right)];
	if (a === undefined) return b === undefined ? undefined : right;
	return b !== undefined && b > a ? right : left;
}
