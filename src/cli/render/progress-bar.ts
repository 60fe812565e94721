import {formatBytes, formatSeconds} from './format-bytes.ts';
import type {Clock} from '../../base/clock.ts';

export type ProgressState = {
	filesDone: number;
	bytesDone: number;
	filesTotal?: number | undefined;
	bytesTotal?: number | undefined;
};

export type ProgressBar = {
	update(state: ProgressState): void;
	/** Removes the bar, so that the next line starts clean. */
	done(): void;
};

/** A bar on one line of a terminal, redrawn at most ten times a second; silent where there is no terminal. */
export function createProgressBar(out: {isTTY?: boolean; columns?: number; write(text: string): unknown}, clock: Clock): ProgressBar {
	if (!out.isTTY) return {update() {}, done() {}};
	const started = clock.monotonicMs();
	let drawnAt = Number.NEGATIVE_INFINITY;
	return {
		update(state) {
			const now = clock.monotonicMs();
			if (now - drawnAt < 100) return;
			drawnAt = now;
			out.write(`\r\u001B[2K${progressLine(state, (now - started) / 1000, out.columns ?? 80)}`);
		},
		done() {
			out.write('\r\u001B[2K');
		},
	};
}

/** The text of the bar for a terminal of `columns` characters. */
export function progressLine(state: ProgressState, seconds: number, columns: number): string {
	const rate = seconds > 0 ? ` ${formatBytes(state.bytesDone / seconds)}/s` : '';
	const total = state.bytesTotal;
	const counts = `${state.filesDone} files, ${formatBytes(state.bytesDone)}${total === undefined ? '' : ` of ${formatBytes(total)}`}${rate}, ${formatSeconds(seconds)}`;
	if (total === undefined || total === 0) return counts.slice(0, columns - 1);
	const share = Math.min(1, state.bytesDone / total);
	const width = Math.max(0, Math.min(30, columns - counts.length - 10));
	const filled = Math.round(share * width);
	return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${String(Math.floor(share * 100)).padStart(3)} % ${counts}`.slice(0, columns - 1);
}
