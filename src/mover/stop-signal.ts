import {LazaretteError} from '../base/errors.ts';

/** Aborts on SIGTERM and SIGINT, the kubelet's way to end a pod, so that locks are given back and a result is left within the grace period. */
export function stopSignal(): {signal: AbortSignal; dispose(): void} {
	const controller = new AbortController();
	const stop = (): void => controller.abort(new LazaretteError('Cancelled', 'the mover was asked to stop', {hint: 'nothing became visible in the repository; another attempt starts anew', retry: 'later'}));
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
	return {
		signal: controller.signal,
		dispose() {
			process.off('SIGTERM', stop);
			process.off('SIGINT', stop);
		},
	};
}
