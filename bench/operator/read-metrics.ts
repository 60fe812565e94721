export type Sample = {name: string; labels: Record<string, string>; value: number};

/** Prometheus's text format, as far as an operator writes it. */
export const parseMetrics = (text: string): Sample[] =>
	text.split('\n').flatMap(line => {
		const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
		if (!match) return [];
		const labels = Object.fromEntries(Array.from((match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, label = '', value = '']) => [label, value]));
		return [{name: match[1]!, labels, value: Number(match[3])}];
	});

export const sumOf = (samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number =>
	samples.filter(sample => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value)).reduce((sum, {value}) => sum + value, 0);

/** A quantile of a histogram between two moments, as Prometheus estimates it: linear within its bucket. Undefined when nothing was observed. */
export function quantile(fraction: number, name: string, after: readonly Sample[], before: readonly Sample[] = []): number | undefined {
	const bounds = [...new Set(after.filter(sample => sample.name === `${name}_bucket`).map(({labels}) => labels.le!))];
	const buckets = bounds
		.map(le => ({bound: le === '+Inf' ? Infinity : Number(le), count: sumOf(after, `${name}_bucket`, {le}) - sumOf(before, `${name}_bucket`, {le})}))
		.toSorted((left, right) => left.bound - right.bound);
	const total = buckets.at(-1)?.count ?? 0;
	if (total === 0) return undefined;
	const wanted = fraction * total;
	let [lower, below] = [0, 0];
	for (const {bound, count} of buckets) {
		if (count >= wanted) return bound === Infinity ? lower : lower + (bound - lower) * ((wanted - below) / (count - below));
		[lower, below] = [bound, count];
	}

	return lower;
}
