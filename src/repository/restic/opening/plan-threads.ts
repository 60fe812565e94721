import {availableParallelism} from 'node:os';

/** Beyond these a store or a disk is what takes the time, and each costs 12 MiB. */
const mostThreads = 3;

/** Threads besides the caller's, which works too when it has nothing better to do. */
export const planThreads = (): number => Math.min(mostThreads, availableParallelism() - 1);
