import type {Clock} from '../../base/clock.ts';
import {LazaretteError} from '../../base/errors.ts';
import type {Logger} from '../../base/log.ts';
import {isKubeError} from '../kube-error.ts';
import type {KubeMetrics} from '../metrics.ts';
import type {ReconcileResult} from './reconcile.ts';
import {TerminalError} from './terminal-error.ts';

export type PassOutcome = {result: 'success' | 'error' | 'terminal'} | {result: 'requeue_after'; afterMs: number};

export type PassTools = {
	labels: {controller: string};
	log: Logger;
	metrics: KubeMetrics;
	clock: Clock;
	/** Ends the pass before its time limit. */
	signal: AbortSignal;
	timeoutMs: number;
};

/**
Runs one pass under a time limit, counts and logs it, and says what follows from how it ended. Never throws: whatever a pass throws concerns its
object alone. A pass that ignores its signal is waited for, because a second one beside it would be worse.
*/
export async function runPass(pass: (signal: AbortSignal) => Promise<ReconcileResult | void>, tools: PassTools): Promise<PassOutcome> {
	const {labels, log, metrics, clock} = tools;
	const startedMs = clock.monotonicMs();
	const limit = new AbortController();
	const over = new AbortController();
	clock.sleep(tools.timeoutMs, over.signal).then(
		() => limit.abort(new LazaretteError('DeadlineExceeded', `the pass took longer than ${tools.timeoutMs / 1000} s`, {retry: 'later'})),
		() => undefined,
	);
	let outcome: PassOutcome;
	try {
		const result = await pass(AbortSignal.any([tools.signal, limit.signal]));
		outcome = result?.requeueAfterMs === undefined ? {result: 'success'} : {result: 'requeue_after', afterMs: Math.max(0, result.requeueAfterMs)};
	} catch (error) {
		outcome = classify(error, tools);
	}

	over.abort();
	if (limit.signal.aborted) metrics.reconcileTimeouts.inc(labels);
	const seconds = (clock.monotonicMs() - startedMs) / 1000;
	metrics.reconciles.inc({...labels, result: outcome.result});
	metrics.reconcileSeconds.observe(labels, seconds);
	log.debug({...outcome, seconds}, 'pass ended');
	return outcome;
}

function classify(error: unknown, {labels, log, metrics, signal}: PassTools): PassOutcome {
	if (signal.aborted) return {result: 'error'}; // shutdown: the next process looks again
	metrics.reconcileErrors.inc(labels);
	if (error instanceof TerminalError) {
		metrics.terminalErrors.inc(labels);
		log.error({error}, 'the pass failed for good; it runs again when the object or something it uses changes');
		return {result: 'terminal'};
	}

	// Someone else wrote first, or the namespace goes away: part of the day's work.
	const expected = isKubeError(error) && (error.conflict || error.namespaceTerminating);
	log[expected ? 'debug' : 'error']({error}, 'the pass failed and is tried again');
	return {result: 'error'};
}
