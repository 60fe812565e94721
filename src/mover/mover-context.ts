import type {Clock} from '../base/clock.ts';
import type {LazaretteError} from '../base/errors.ts';
import type {Random} from '../base/random.ts';
import type {MoverResult} from '../api/v1alpha1/mover-contract.ts';
import type {ProgressPrinter} from './print-progress.ts';

/** What every task of a mover is given. */
export type MoverContext = {
	clock: Clock;
	random: Random;
	/** Aborts when the pod is asked to stop. */
	signal: AbortSignal;
	progress: ProgressPrinter;
	/** Marks the moment at which the repository was open. */
	opened(): void;
	/** Told that the repository or its store could not be closed, after everything was done. */
	stayedOpen(error: LazaretteError): void;
	/** Notes what has been done, for the result of a task that fails nevertheless. */
	achieved(part: Achieved): void;
};

export type Achieved = Pick<MoverResult, 'restore' | 'skipped' | 'skippedTotal'>;

/** What a task returns when it did not fail; the process adds the rest of the result. */
export type TaskResult = Omit<MoverResult, 'version' | 'exitCode' | 'timings'>;
