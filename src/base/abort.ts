import {LazaretteError} from './errors.ts';

/** A signal that aborts with `parent` or after `ms`, whichever is first; the reason then is `DeadlineExceeded` naming `what`. */
export function withDeadline(parent: AbortSignal | undefined, ms: number, what: string): {signal: AbortSignal; [Symbol.dispose](): void} {
	const controller = new AbortController();
	const timer = setTimeout(() => {
		controller.abort(new LazaretteError('DeadlineExceeded', `${what} took longer than ${ms} ms`, {retry: 'later'}));
	}, ms);
	timer.unref();
	const signal = parent ? AbortSignal.any([parent, controller.signal]) : controller.signal;
	return {signal, [Symbol.dispose]: () => clearTimeout(timer)};
}

/** A signal that never aborts, for callers that really have none. */
export const neverAborts: AbortSignal = new AbortController().signal;
