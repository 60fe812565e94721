/** What this process may use. */
export type MachineLimits = {
	/** Cores, or parts of one: 1.5 is a core and a half. */
	cpus: number;
	/** Infinity when nothing limits it but the machine. */
	memoryBytes: number;
};

/** Beyond these a store or a disk is what takes the time. */
const mostThreads = 3;
const mebibyte = 1024 * 1024;
/** What a run takes without further threads, its page cache included, and what each thread takes more. */
const baseBytes = 136 * mebibyte;
const threadBytes = 24 * mebibyte;

/**
How many threads store or open content besides the main one, which does so too whenever it has nothing better to do. A part of a core counts as one, since the
threads share it evenly; a small pod gets none.
*/
export function planThreads({cpus, memoryBytes}: MachineLimits): number {
	const byCpu = Math.ceil(cpus) - 1;
	const byMemory = Math.floor((memoryBytes - baseBytes) / threadBytes);
	return Math.max(0, Math.min(mostThreads, byCpu, byMemory));
}
