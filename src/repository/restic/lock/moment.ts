import type {Clock} from '../../../base/clock.ts';

/** A point in time by both clocks. */
export type Moment = {monotonicMs: number; wallMs: number};

export const momentOf = (clock: Clock): Moment => ({monotonicMs: clock.monotonicMs(), wallMs: clock.now().getTime()});

/** Time that has passed, by the clock that runs faster: the monotonic one stands still while a machine sleeps, wall time may be set back. */
export const sinceMs = (clock: Clock, {monotonicMs, wallMs}: Moment): number => Math.max(clock.monotonicMs() - monotonicMs, clock.now().getTime() - wallMs);
