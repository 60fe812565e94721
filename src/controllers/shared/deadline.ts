import type {Clock} from '../../base/clock.ts';
import type {ReconcileResult} from '../../kube/runtime/reconcile.ts';

type RunSpec = {activeDeadlineSeconds: number};
type RunStatus = {startTime?: string};

/** Until the run must have ended; negative afterwards. */
export const leftMs = (spec: RunSpec, status: RunStatus, clock: Clock): number => Date.parse(status.startTime ?? clock.now().toISOString()) + spec.activeDeadlineSeconds * 1000 - clock.now().getTime();

export const isOverdue = (spec: RunSpec, status: RunStatus, clock: Clock): boolean => leftMs(spec, status, clock) <= 0;

/** For a Job that must end with its run even when nobody watches it. */
export const leftSeconds = (spec: RunSpec, status: RunStatus, clock: Clock): number => Math.max(1, Math.ceil(leftMs(spec, status, clock) / 1000));

/** A run is looked at when its deadline comes, if not before; timers of Node end at 25 days, so at times in vain. */
export function noLaterThanDeadline(result: ReconcileResult, spec: RunSpec, status: RunStatus, clock: Clock): ReconcileResult {
	const untilDeadlineMs = Math.max(0, leftMs(spec, status, clock)) + 100;
	return {requeueAfterMs: Math.min(result.requeueAfterMs ?? longestWaitMs, untilDeadlineMs, longestWaitMs)};
}

const longestWaitMs = 24 * 3600_000;
