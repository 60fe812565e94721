import type {Condition} from '../../api/v1alpha1/object-meta.ts';
import type {Outcome} from '../../api/v1alpha1/status-fields.ts';
import type {KubeObject} from '../../kube/object.ts';
import {getCondition} from '../../kube/runtime/conditions.ts';
import {reasonClass} from '../../api/v1alpha1/reasons.ts';
import type {EventReason} from './event-kinds.ts';
import {oneLine} from './one-line.ts';
import type {PassTools} from './services.ts';
import type {Standing} from './standing.ts';

type Run = 'backup' | 'restore';
type Seen = KubeObject & {status: {conditions?: Condition[]}};
type End = {outcome: Outcome; firstReadTime?: string; completionTime?: string; bytes: number};

const endReasons: Record<Run, Record<Outcome, EventReason>> = {
	backup: {Succeeded: 'BackupSucceeded', SucceededWithWarnings: 'BackupSucceededWithWarnings', Failed: 'BackupFailed'},
	restore: {Succeeded: 'RestoreSucceeded', SucceededWithWarnings: 'RestoreSucceededWithWarnings', Failed: 'RestoreFailed'},
};

/** Tells of a run's end, right after status says it. A crash in between loses an Event and a sample, never an outcome. */
export function announceEnd(run: Run, object: KubeObject, end: End, standing: Standing, {events, metrics, log}: PassTools): void {
	const {outcome} = end;
	const namespace = object.metadata.namespace ?? '';
	events.record(object, {type: outcome === 'Succeeded' ? 'Normal' : 'Warning', reason: endReasons[run][outcome], action: 'Conclude', note: oneLine(`${standing.reason}: ${standing.message}`, 900)});
	log.info({outcome, reason: standing.reason, message: standing.message}, `the ${run} has ended`);

	const createdMs = Date.parse(object.metadata.creationTimestamp ?? '');
	const endedMs = Date.parse(end.completionTime ?? '');
	metrics[run].outcomes.inc({namespace, outcome, reason: standing.reason});
	metrics[run].readySeconds.observe({outcome}, Math.max(0, (endedMs - createdMs) / 1000));
	if (end.firstReadTime) metrics[run].firstReadSeconds.observe(Math.max(0, (Date.parse(end.firstReadTime) - createdMs) / 1000));
	metrics[run].bytes.inc({namespace}, end.bytes);
	if (outcome !== 'Failed') metrics[run].lastSuccess.set({namespace}, endedMs / 1000);
}

/** A warning when an object begins to wait for a person or for the world; `object` is as it was before. */
export function announceTrouble(object: Seen, {reason, message}: Standing, {events}: PassTools): void {
	const before = getCondition(object.status.conditions, 'Ready')?.reason;
	if (reason === before || (reasonClass(reason) !== 'person' && reasonClass(reason) !== 'waiting')) return;
	events.record(object, {type: 'Warning', reason: 'NeedsAttention', action: 'Resolve', note: oneLine(`${reason}: ${message}`, 900)});
}
