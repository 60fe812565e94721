import type {Logger} from '../../base/log.ts';
import type {KubeObject, ObjectKey} from '../object.ts';

/**
One pass over one object of the root kind: observe, make true what is missing, say when to look again. Level-triggered: it is told only *that*
something changed. It may be stopped after any step, and never runs twice at once for the same key.
Throwing means: again, with growing pauses. Throwing TerminalError means: not before something changes.
`S` is what the controller hands to every pass: client, caches, clock, recorder.
*/
export type Reconcile<T extends KubeObject = KubeObject, S extends object = object> = (object: T, context: ReconcileContext & S) => Promise<ReconcileResult | void>;

export type ReconcileResult = {
	/** Look again after this time even if nothing changes; absent: only on changes. */
	requeueAfterMs?: number | undefined;
};

export type ReconcileContext = {
	key: ObjectKey;
	/** Aborts at the pass's time limit, and when shutdown has waited long enough. */
	signal: AbortSignal;
	/** Bound to controller, namespace, name and reconcileID. */
	log: Logger;
	/** How often this key failed since its last success; 0 on a first pass. */
	failures: number;
};
