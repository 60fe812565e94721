import {InvalidArgumentError} from 'commander';
import type {PruneLimits} from '../repository/restic/prune/plan-prune.ts';

const units = {'': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4};

/** Bytes, or with k, m, g or t so many KiB, MiB, GiB or TiB, as restic takes them. */
export function parseSize(text: string): number {
	const [, digits, unit = ''] = /^(\d{1,15})([kmgt]?)$/i.exec(text) ?? [];
	if (digits === undefined) throw new InvalidArgumentError('use bytes, or a number with k, m, g or t');
	return Number(digits) * units[unit.toLowerCase() as keyof typeof units];
}

/** A share in percent, a size, or `unlimited`. */
export function parseMaxUnused(text: string): PruneLimits['maxUnused'] {
	if (text === 'unlimited') return {percent: 100};
	const [, percent] = /^(\d{1,2}(?:\.\d+)?|100)%$/.exec(text) ?? [];
	return percent === undefined ? {bytes: parseSize(text)} : {percent: Number(percent)};
}
