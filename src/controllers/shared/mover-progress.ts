import type {Progress} from '../../api/v1alpha1/mover-contract.ts';
import {count, oneOf, parseJson, record, time} from './untrusted.ts';

const phases = ['Opening', 'Scanning', 'Moving', 'Verifying', 'Finishing'] as const;

/** The newest progress in a tail of a mover's log. Lines that are no progress, or cut off at either end, are passed over. */
export function latestProgress(log: string): Progress | undefined {
	for (const line of log.split('\n').reverse()) {
		const progress = line.startsWith('{"progress"') ? toProgress(record(record(parseJson(line))?.['progress'])) : undefined;
		if (progress) return progress;
	}

	return undefined;
}

function toProgress(value: Record<string, unknown> | undefined): Progress | undefined {
	const phase = oneOf(value?.['phase'], phases);
	if (!value || !phase) return undefined;
	const firstReadAt = time(value['firstReadAt']);
	return {
		phase,
		...(firstReadAt && {firstReadAt}),
		filesDone: count(value['filesDone']),
		bytesDone: count(value['bytesDone']),
		...(value['filesTotal'] !== undefined && {filesTotal: count(value['filesTotal'])}),
		...(value['bytesTotal'] !== undefined && {bytesTotal: count(value['bytesTotal'])}),
		bytesAdded: count(value['bytesAdded']),
	};
}
