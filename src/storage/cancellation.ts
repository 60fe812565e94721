import {isLazaretteError, LazaretteError} from '../base/errors.ts';

/** Why `signal` aborted, as the error to throw: its own reason when that is one of ours, else `DeadlineExceeded` or `Cancelled`. */
export function cancellation(signal: AbortSignal): LazaretteError {
	const reason: unknown = signal.reason;
	if (isLazaretteError(reason)) return reason;
	if (reason instanceof DOMException && reason.name === 'TimeoutError') return new LazaretteError('DeadlineExceeded', 'the time for the operation has run out', {cause: reason, retry: 'later'});
	return new LazaretteError('Cancelled', 'the operation was cancelled', {cause: reason});
}

export function throwIfCancelled(signal: AbortSignal): void {
	if (signal.aborted) throw cancellation(signal);
}

/**
Settles with `work`, or rejects as soon as `signal` aborts. For waits that cannot be interrupted, such as a system call on a file server that is
gone: `work` itself goes on and has to look at the signal before it does anything lasting.
*/
export async function untilCancelled<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
	throwIfCancelled(signal);
	const {promise: aborted, reject} = Promise.withResolvers<never>();
	const onAbort = (): void => reject(cancellation(signal));
	signal.addEventListener('abort', onAbort, {once: true});
	try {
		return await Promise.race([work(), aborted]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

/** Resolves when `work` has ended, however it did, or after `ms`. */
export async function settled(work: Promise<unknown>, ms: number): Promise<void> {
	const {promise, resolve} = Promise.withResolvers<void>();
	const timer = setTimeout(resolve, ms);
	work.then(
		() => resolve(),
		() => resolve(),
	);
	await promise;
	clearTimeout(timer);
}

/** The same values, ending with the cancellation as soon as `signal` aborts. */
export async function* eachUntilCancelled<T>(values: AsyncGenerator<T>, signal: AbortSignal): AsyncGenerator<T> {
	try {
		for (;;) {
			const next = await untilCancelled(async () => values.next(), signal);
			if (next.done) return;
			yield next.value;
		}
	} finally {
		// Not awaited: it waits for a `next` that may never come.
		values.return(undefined).catch(() => undefined);
	}
}
