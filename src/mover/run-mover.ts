import {writeFile} from 'node:fs/promises';
import {describeError, isLazaretteError, toLazaretteError} from '../base/errors.ts';
import {systemClock} from '../base/clock.ts';
import {systemRandom} from '../base/random.ts';
import {sourceStack} from '../base/source-stack.ts';
import {failureOf} from '../api/v1alpha1/failures.ts';
import {moverExitCodes, moverPaths} from '../api/v1alpha1/mover-contract.ts';
import type {MoverResult} from '../api/v1alpha1/mover-contract.ts';
import {fitResult} from './fit-result.ts';
import {createProgressPrinter} from './print-progress.ts';
import {readRequest} from './read-request.ts';
import {stopSignal} from './stop-signal.ts';
import {runTask} from './run-task.ts';
import type {Achieved, MoverContext} from './mover-context.ts';

/**
The Job's process: reads the request, does its task, leaves a result. The result is written on every way out that this process can still act on, and
before that nothing is reported as done. What a kill or a lost node leaves is told apart by the operator from the pod's state.
*/
export async function runMover(): Promise<number> {
	const clock = systemClock;
	const stop = stopSignal();
	// Progress is for whoever reads it; that nobody does any more must not end the work.
	process.stdout.on('error', () => {});
	const progress = createProgressPrinter(clock, line => process.stdout.write(line));
	const startedAt = clock.now().toISOString();
	let openedAt: string | undefined;
	let achieved: Achieved | undefined;
	const context: MoverContext = {
		clock,
		random: systemRandom,
		signal: stop,
		progress,
		opened() {
			openedAt = clock.now().toISOString();
		},
		stayedOpen(error) {
			process.stdout.write(`${JSON.stringify({level: 'warn', msg: `done, but not closed: ${describeError(error)}`, errorCode: error.code})}\n`);
		},
		achieved(part) {
			achieved = part;
		},
	};

	let result: MoverResult;
	const timings = (): MoverResult['timings'] => ({
		startedAt,
		...(openedAt && {openedAt}),
		...(progress.current.firstReadAt && {firstReadAt: progress.current.firstReadAt}),
		endedAt: clock.now().toISOString(),
	});
	try {
		const request = await readRequest(moverPaths.request);
		const done = await runTask(request, context);
		result = {...done, version: 1, exitCode: moverExitCodes.done, timings: timings()};
	} catch (thrown) {
		result = {...failedResult(thrown, stop), ...achieved, timings: timings()};
	}

	process.stdout.write(`${JSON.stringify({level: result.outcome === 'Failed' ? 'error' : 'info', msg: result.message, outcome: result.outcome, errorCode: result.errorCode})}\n`);
	await writeFile(moverPaths.result, fitResult(result));
	return result.exitCode;
}

function failedResult(thrown: unknown, signal: AbortSignal): Omit<MoverResult, 'timings'> {
	const error = signal.aborted && isLazaretteError(signal.reason) ? signal.reason : toLazaretteError(thrown);
	if (error.code === 'Unexpected') process.stdout.write(`${JSON.stringify({level: 'error', msg: 'unexpected error', stack: sourceStack(error), cause: error.cause instanceof Error ? sourceStack(error.cause) : undefined})}\n`);
	return {
		version: 1,
		exitCode: failureOf(error.code).exitCode,
		outcome: 'Failed',
		errorCode: error.code,
		message: describeError(error),
		skipped: [],
		skippedTotal: 0,
		removedLocks: 0,
	};
}
