import {LazaretteError} from '../base/errors.ts';

/**
Aborts on SIGTERM and SIGINT, the kubelet's way to end a pod, so that locks are given back and a result is left within the grace period. They are heard until the process is gone: one that came after the
result was written would else end a success with the exit code of a signal.
*/
export function stopSignal(): AbortSignal {
	const controller = new AbortController();
	const stop = (): void => controller.abort(new LazaretteError('Cancelled', 'the mover was asked to stop', {hint: 'no archive became visible; another attempt does what is left to do', retry: 'later'}));
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
	return controller.signal;
}
