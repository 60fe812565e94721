import type {Random} from './random.ts';

export type BackoffShape = {
	firstMs: number;
	maxMs: number;
	/** Growth per attempt; 2 unless given. */
	factor?: number;
};

/**
Delay before attempt `attempt` + 1 (attempts count from 1), in ms: exponential, capped, with full jitter in its upper half, so that
many clients that failed together do not come back together and none comes back at once.
*/
export function backoffDelayMs(attempt: number, shape: BackoffShape, random: Random): number {
	const ceiling = Math.min(shape.maxMs, shape.firstMs * (shape.factor ?? 2) ** Math.min(attempt - 1, 40));
	return Math.round(ceiling * (0.5 + random.fraction() / 2));
}
