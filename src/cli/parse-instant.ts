import {LazaretteError} from '../base/errors.ts';

/** An RFC 3339 instant. @throws BadRequest naming the option */
export function parseInstant(text: string, option: string): Date {
	const date = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) ? new Date(text) : undefined;
	if (date && !Number.isNaN(date.getTime())) return date;
	throw new LazaretteError('BadRequest', `${option} ${text} is not an instant`, {hint: 'write it like 2026-11-22T08:00:00Z'});
}
