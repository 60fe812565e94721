import {Counter, Gauge, Histogram} from '../base/metrics.ts';
import type {Registry} from '../base/metrics.ts';

export type KubeMetrics = ReturnType<typeof createKubeMetrics>;

const workSeconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/**
Metrics of this layer, under the names that client-go and controller-runtime gave them, so that existing dashboards and alerts work.
Made once for each registry and handed to everything that counts.
*/
export function createKubeMetrics(registry: Registry) {
	const registers = [registry];
	const queueLabels = ['name', 'controller'] as const;
	const controllerLabels = ['controller'] as const;
	const resourceLabels = ['resource'] as const;

	return {
		requests: new Counter({name: 'rest_client_requests_total', help: 'Requests to the Kubernetes API by method, status code and host; code "<error>" when there was no answer', labelNames: ['code', 'method', 'host'], registers}),
		requestSeconds: new Histogram({name: 'rest_client_request_duration_seconds', help: 'Time to a full answer of the Kubernetes API, watches and logs excluded', labelNames: ['verb', 'host'], buckets: workSeconds.slice(1, 13), registers}),

		lists: new Counter({name: 'reflector_lists_total', help: 'Full lists made to fill a cache', labelNames: resourceLabels, registers}),
		watches: new Counter({name: 'reflector_watches_total', help: 'Watches opened', labelNames: resourceLabels, registers}),
		relists: new Counter({name: 'reflector_relists_total', help: 'Lists after the first, by cause', labelNames: ['resource', 'cause'], registers}),
		watchEvents: new Counter({name: 'reflector_events_total', help: 'Watch events received by type', labelNames: ['resource', 'type'], registers}),
		reflectorErrors: new Counter({name: 'reflector_errors_total', help: 'Lists and watches that failed, by reason', labelNames: ['resource', 'reason'], registers}),
		cachedObjects: new Gauge({name: 'reflector_cached_objects', help: 'Objects in the cache', labelNames: resourceLabels, registers}),

		queueDepth: new Gauge({name: 'workqueue_depth', help: 'Keys waiting to be worked on', labelNames: queueLabels, registers}),
		queueAdds: new Counter({name: 'workqueue_adds_total', help: 'Keys added', labelNames: queueLabels, registers}),
		queueRetries: new Counter({name: 'workqueue_retries_total', help: 'Keys added again after a failure', labelNames: queueLabels, registers}),
		queueSeconds: new Histogram({name: 'workqueue_queue_duration_seconds', help: 'Time a key waited', labelNames: queueLabels, buckets: workSeconds, registers}),
		workSeconds: new Histogram({name: 'workqueue_work_duration_seconds', help: 'Time a key was worked on', labelNames: queueLabels, buckets: workSeconds, registers}),
		longestRunning: new Gauge({name: 'workqueue_longest_running_processor_seconds', help: 'Age of the oldest key being worked on', labelNames: queueLabels, registers}),
		unfinished: new Gauge({name: 'workqueue_unfinished_work_seconds', help: 'Sum of the ages of all keys being worked on', labelNames: queueLabels, registers}),

		reconciles: new Counter({name: 'controller_runtime_reconcile_total', help: 'Passes by result: success, error, requeue_after, terminal', labelNames: ['controller', 'result'], registers}),
		reconcileErrors: new Counter({name: 'controller_runtime_reconcile_errors_total', help: 'Passes that failed', labelNames: controllerLabels, registers}),
		terminalErrors: new Counter({name: 'controller_runtime_terminal_reconcile_errors_total', help: 'Passes that failed for good until something changes', labelNames: controllerLabels, registers}),
		reconcileTimeouts: new Counter({name: 'controller_runtime_reconcile_timeouts_total', help: 'Passes that reached their time limit', labelNames: controllerLabels, registers}),
		reconcileSeconds: new Histogram({name: 'controller_runtime_reconcile_time_seconds', help: 'Time of a pass', labelNames: controllerLabels, buckets: workSeconds, registers}),
		activeWorkers: new Gauge({name: 'controller_runtime_active_workers', help: 'Passes running now', labelNames: controllerLabels, registers}),
		maxWorkers: new Gauge({name: 'controller_runtime_max_concurrent_reconciles', help: 'Passes that may run at once', labelNames: controllerLabels, registers}),

		leader: new Gauge({name: 'leader_election_master_status', help: '1 while this process holds the lease', labelNames: ['name'], registers}),
		eventsDropped: new Counter({name: 'lazarette_events_dropped_total', help: 'Kubernetes Events not written, by cause', labelNames: ['cause'], registers}),
	};
}
