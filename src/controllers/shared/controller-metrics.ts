import {Counter, Gauge, Histogram} from '../../base/metrics.ts';
import type {Registry} from '../../base/metrics.ts';

export type ControllerMetrics = ReturnType<typeof createControllerMetrics>;

const startSeconds = [0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];
const runSeconds = [5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** What runs did. Labels are bounded: a namespace and words of closed lists, never a claim, a path or an archive. */
export function createControllerMetrics(registry: Registry) {
	const registers = [registry];
	const run = (kind: 'backup' | 'restore', noun: string, bytes: string) => ({
		outcomes: new Counter({name: `lazarette_${kind}_outcomes_total`, help: `${noun} that have ended, by outcome and reason`, labelNames: ['namespace', 'outcome', 'reason'], registers}),
		failedAttempts: new Counter({name: `lazarette_${kind}_failed_attempts_total`, help: `Movers of ${noun.toLowerCase()} that failed, by reason`, labelNames: ['namespace', 'reason'], registers}),
		firstReadSeconds: new Histogram({name: `lazarette_${kind}_first_read_seconds`, help: 'Time from the creation of the object to the mover\'s first read', labelNames: [], buckets: startSeconds, registers}),
		readySeconds: new Histogram({name: `lazarette_${kind}_ready_seconds`, help: 'Time from the creation of the object to its outcome', labelNames: ['outcome'], buckets: runSeconds, registers}),
		bytes: new Counter({name: `lazarette_${kind}_bytes_total`, help: bytes, labelNames: ['namespace'], registers}),
		lastSuccess: new Gauge({name: `lazarette_${kind}_last_success_timestamp_seconds`, help: `When the newest of the ${noun.toLowerCase()} of a namespace succeeded`, labelNames: ['namespace'], registers}),
	});

	return {
		backup: run('backup', 'VolumeBackups', 'Bytes read from volumes'),
		restore: run('restore', 'VolumeRestores', 'Bytes written to volumes'),
		queueSeconds: new Histogram({name: 'lazarette_queue_wait_seconds', help: 'Time that movers waited in the queue for their turn', labelNames: [], buckets: runSeconds, registers}),
		care: new Counter({name: 'lazarette_repository_maintenance_total', help: 'Pieces of repository maintenance that have ended, by kind and outcome', labelNames: ['kind', 'outcome'], registers}),
		scheduledRuns: new Counter({name: 'lazarette_schedule_runs_total', help: 'VolumeBackups made by VolumeBackupSchedules, by cause', labelNames: ['namespace', 'cause'], registers}),
		skippedRuns: new Counter({name: 'lazarette_schedule_skipped_total', help: 'Runs that were due and not made, by reason', labelNames: ['namespace', 'reason'], registers}),
		scheduleLastSuccess: new Gauge({name: 'lazarette_schedule_last_success_timestamp_seconds', help: 'When a run of the schedule last succeeded', labelNames: ['namespace', 'schedule'], registers}),
		probes: new Counter({name: 'lazarette_repository_probes_total', help: 'Probes of repositories that have ended, by the reason of Ready that they led to', labelNames: ['reason'], registers}),
	};
}
