import type {NewestArchive} from '../../api/v1alpha1/mover-contract.ts';

/*
Reads what came from outside: whatever is not of the expected shape, or larger than it may be, counts as absent.
*/

const maxMessage = 1024;

export type Fields = Record<string, unknown>;

export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export const record = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined);

export const oneOf = <const Values extends readonly string[]>(value: unknown, values: Values): Values[number] | undefined => values.find(candidate => candidate === value);

export const count = (value: unknown): number => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0);

export const time = (value: unknown): string | undefined => (typeof value === 'string' && value.length <= 64 && rfc3339.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined);

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+\-]\d{2}:\d{2})$/v;

export const text = (value: unknown, maxLength: number): string | undefined => (typeof value === 'string' && value !== '' && value.length <= maxLength ? value : undefined);

export const archiveId = (value: unknown): string | undefined => (typeof value === 'string' && /^[0-9a-f]{8,64}$/v.test(value) ? value : undefined);

/** One line of bounded length: it becomes part of a condition's message. */
export const sentence = (value: unknown): string => (typeof value === 'string' ? value.replaceAll(/\s+/gv, ' ').trim().slice(0, maxMessage) : '');

export function newestArchive(value: Fields | undefined): NewestArchive[] {
	const id = archiveId(value?.['id']);
	const at = time(value?.['time']);
	return value && id && at ? [{id, time: at, hostname: text(value['hostname'], 253) ?? '', path: text(value['path'], 4096) ?? ''}] : [];
}
