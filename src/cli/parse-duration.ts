import {InvalidArgumentError} from 'commander';

const unitsMs = {s: 1000, m: 60_000, h: 3_600_000};

/** Milliseconds of a duration such as 30s, 5m, 2h or 1h30m. */
export function parseDuration(text: string): number {
	const parts = [...text.matchAll(/(\d{1,6})([smh])/g)];
	if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) throw new InvalidArgumentError('use a duration such as 30s, 5m or 2h');
	return parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitsMs[unit as keyof typeof unitsMs], 0);
}
