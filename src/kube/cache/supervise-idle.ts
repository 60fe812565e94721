import type {Clock} from '../../base/clock.ts';
import {KubeError} from '../kube-error.ts';

export type IdleSupervision = {
	/** Aborts with `parent`, or when no sign of life came for too long: with KubeError `Timeout`, or `Silent` when there never was any. */
	signal: AbortSignal;
	/** Something arrived. */
	sign(): void;
	[Symbol.dispose](): void;
};

/** The API server sends a bookmark about once a minute when nothing else happens. */
const longestSilenceMs = 150_000;

/** Ends a watch whose connection died without a word, or whose position the server has not reached and waits for. */
export function superviseIdle(clock: Clock, parent: AbortSignal): IdleSupervision {
	const silence = new AbortController();
	const over = new AbortController();
	let lastSignMs = clock.monotonicMs();
	let signs = 0;

	async function guard(): Promise<void> {
		for (let leftMs = longestSilenceMs; leftMs > 0; leftMs = lastSignMs + longestSilenceMs - clock.monotonicMs()) await clock.sleep(leftMs, over.signal);
		silence.abort(new KubeError(`watch: nothing came for ${longestSilenceMs / 1000} s`, {status: 0, reason: signs > 0 ? 'Timeout' : 'Silent'}));
	}

	guard().catch(() => undefined); // rejects only when it is over
	return {
		signal: AbortSignal.any([parent, silence.signal]),
		sign() {
			lastSignMs = clock.monotonicMs();
			signs++;
		},
		[Symbol.dispose]: () => over.abort(),
	};
}
