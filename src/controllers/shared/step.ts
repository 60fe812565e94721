import type {FailedReason, PersonReason, ReconcilingReason} from '../../api/v1alpha1/reasons.ts';

/** How a step leaves its pass. Everything but `proceed` ends it; the next pass begins at the first step again. */
export type StepOutcome = Proceed | Finished | Halt;

export type Proceed = {kind: 'proceed'};

/** Nothing is left to do: the steps behind it are passed over. */
export type Finished = {kind: 'finish'; retryAfterMs?: number};

export type Halt = Waiting | Stalled | Failed;

/** Goes on by itself: when something watched changes, or after `retryAfterMs`. */
export type Waiting = {kind: 'wait'; reason: ReconcilingReason; message: string; retryAfterMs?: number};

/** Goes on once a person has mended it, which is noticed by a watch or after `retryAfterMs`. */
export type Stalled = {kind: 'stall'; reason: PersonReason; message: string; retryAfterMs?: number};

/** The run is over. */
export type Failed = {kind: 'fail'; reason: FailedReason | PersonReason; message: string};

/**
Observes the world, makes one thing true and says what it waits for. It may run twice, or after a crash at any point of it, with the same
result. What it learns it notes in the pass for the steps behind it.
*/
export type Step<Pass> = (pass: Pass) => Promise<StepOutcome>;

const proceeding: Proceed = {kind: 'proceed'};

export const proceed = (): Proceed => proceeding;

export const finish = (when: {retryAfterMs?: number} = {}): Finished => ({kind: 'finish', ...when});

export const wait = (reason: ReconcilingReason, message: string, when: {retryAfterMs?: number} = {}): Waiting => ({kind: 'wait', reason, message, ...when});

export const stall = (reason: PersonReason, message: string, when: {retryAfterMs?: number} = {}): Stalled => ({kind: 'stall', reason, message, ...when});

export const fail = (reason: Failed['reason'], message: string): Failed => ({kind: 'fail', reason, message});

export const halted = (outcome: StepOutcome): outcome is Halt => outcome.kind !== 'proceed' && outcome.kind !== 'finish';

