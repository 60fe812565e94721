import {differences} from './differences.ts';

/** @throws Error that names the first differences between a source and what was restored from its backup */
export async function proveRestored(peer: string, source: string, target: string, signal: AbortSignal): Promise<void> {
	const found: string[] = [];
	for await (const difference of differences(source, target, signal)) {
		found.push(difference);
		if (found.length === 10) break;
	}

	if (found.length > 0) throw new Error(`${peer} restored something else than it had backed up:\n${found.join('\n')}`);
}
