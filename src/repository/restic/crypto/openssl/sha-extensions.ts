import {closeSync, openSync, readSync} from 'node:fs';

/** All that says of the first processor, whose features the others share. */
const firstProcessorBytes = 8192;

/** Whether this processor has instructions for SHA-256. Without them `sha256_multi_block` computes four messages at a time, of which two would be empty, and is slower than one message alone. */
export function hasShaExtensions(): boolean {
	try {
		const file = openSync('/proc/cpuinfo', 'r');
		try {
			const bytes = Buffer.alloc(firstProcessorBytes);
			return namesShaExtensions(bytes.toString('latin1', 0, readSync(file, bytes)));
		} finally {
			closeSync(file);
		}
	} catch {
		return false;
	}
}

/** `cpuInfo`: the beginning of /proc/cpuinfo. */
export const namesShaExtensions = (cpuInfo: string): boolean => /^flags\s*:.* sha_ni\b/m.test(cpuInfo);
