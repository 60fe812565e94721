import {isKubeError} from '../../kube/kube-error.ts';
import type {ReconcileResult} from '../../kube/runtime/reconcile.ts';
import {oneLine} from './one-line.ts';
import {fail, proceed, wait} from './step.ts';
import type {Step, StepOutcome} from './step.ts';

export type Story<Pass> = {
	/** In the order in which things happen; the first that does not proceed ends the pass. */
	steps: ReadonlyArray<Step<Pass>>;
	/** Writes to status how far the object came. */
	report: (pass: Pass, outcome: StepOutcome) => Promise<void>;
	/** Runs however the steps ended, once status says it: nothing is removed whose result is not recorded. */
	always?: (pass: Pass) => Promise<StepOutcome>;
};

/** Runs a story's steps, reports, and says when to look again even if nothing changes. */
export async function runSteps<Pass>(pass: Pass, {steps, report, always}: Story<Pass>): Promise<ReconcileResult> {
	const outcome = await inOrder(pass, steps);
	await report(pass, outcome);
	const after = always ? await always(pass) : proceed();
	const waits = [outcome, after].flatMap(end => ('retryAfterMs' in end && end.retryAfterMs !== undefined ? [end.retryAfterMs] : []));
	return waits.length > 0 ? {requeueAfterMs: Math.min(...waits)} : {};
}

/** The first outcome that is not to proceed; a refusal by the API server becomes one, because it must show in status. */
export async function inOrder<Pass>(pass: Pass, steps: ReadonlyArray<Step<Pass>>): Promise<StepOutcome> {
	try {
		for (const step of steps) {
			const outcome = await step(pass);
			if (outcome.kind !== 'proceed') return outcome;
		}
	} catch (error) {
		return refusal(error);
	}

	return proceed();
}

const refusedEveryMs = 30_000;

/** What the API server's refusal means to the object. Conflicts and outages concern only this pass and are thrown on. */
function refusal(error: unknown): StepOutcome {
	if (!isKubeError(error) || error.namespaceTerminating) throw error;
	if (error.forbidden) return wait('Retrying', `the API server forbids it: ${oneLine(error.message)}; it is tried again`, {retryAfterMs: refusedEveryMs});
	if (error.notOurs) return wait('Retrying', oneLine(error.message), {retryAfterMs: refusedEveryMs});
	if (error.invalid || error.tooLarge) return fail('MoverFailed', `the API server refuses what this spec leads to: ${oneLine(error.message, 1024)}`);
	throw error;
}
