import {differences} from './differences.ts';

export type Inexactness = {names: number; first: string};

/** What was restored is compared with its source: a word and a count when anything differs, undefined when nothing does. */
export async function compareRestored(source: string, target: string, signal: AbortSignal): Promise<Inexactness | undefined> {
	let first: string | undefined;
	let names = 0;
	for await (const difference of differences(source, target, signal)) {
		first ??= difference;
		names++;
	}

	return first === undefined ? undefined : {names, first};
}

/** @throws Error that names the first difference between a source and what was restored from its backup */
export async function proveRestored(peer: string, source: string, target: string, signal: AbortSignal): Promise<void> {
	const found = await compareRestored(source, target, signal);
	if (found) throw new Error(`${peer} restored something else than it had backed up: ${found.names} differences, of which the first is ${found.first}`);
}
