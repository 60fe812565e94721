import type {Clock} from '../base/clock.ts';
import type {Progress, ProgressLine} from '../api/v1alpha1/mover-contract.ts';

export type ProgressPrinter = {
	/** Merges what is known now; prints at once when the phase changes or the first read happened, else at most once in `everyMs`. */
	update(change: Partial<Progress>): void;
	readonly current: Readonly<Progress>;
};

/** Progress as JSON lines on stdout, which the operator reads from the pod's log. */
export function createProgressPrinter(clock: Clock, write: (line: string) => void, everyMs = 1000): ProgressPrinter {
	let current: Progress = {phase: 'Opening', filesDone: 0, bytesDone: 0, bytesAdded: 0};
	let printedAt = Number.NEGATIVE_INFINITY;
	return {
		update(change) {
			const before = current;
			current = {...current, ...change};
			const news = before.phase !== current.phase || before.firstReadAt !== current.firstReadAt;
			const now = clock.monotonicMs();
			if (!news && now - printedAt < everyMs) return;
			printedAt = now;
			const line: ProgressLine = {progress: current};
			write(`${JSON.stringify(line)}\n`);
		},
		get current() {
			return current;
		},
	};
}
