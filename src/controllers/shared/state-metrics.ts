import {Gauge} from '../../base/metrics.ts';
import type {Registry} from '../../base/metrics.ts';
import type {BackupRepository} from '../../api/v1alpha1/backup-repository.ts';
import {isTrue} from '../../kube/runtime/conditions.ts';
import type {MoverQueue} from './queue/queue.ts';
import type {ControllerCaches} from './controller-caches.ts';

/** How things are now, read off the caches when somebody asks: nothing is counted on the way, and what is gone is gone from the metrics as well. */
export function registerStateMetrics(registry: Registry, {queue, caches}: {queue: MoverQueue; caches: Pick<ControllerCaches, 'repositories'>}): void {
	const registers = [registry];
	const perNamespace = (name: string, help: string, counts: () => ReadonlyMap<string, number>): void => {
		// oxlint-disable-next-line no-new -- registering it is all it is made for
		new Gauge({name, help, labelNames: ['namespace'], registers, collect() {
			this.reset();
			for (const [namespace, count] of counts()) this.set({namespace}, count);
		}});
	};
	const perRepository = (name: string, help: string, value: (repository: BackupRepository) => number | undefined): void => {
		// oxlint-disable-next-line no-new -- registering it is all it is made for
		new Gauge({name, help, labelNames: ['namespace', 'repository'], registers, collect() {
			this.reset();
			for (const repository of caches.repositories.store.list()) {
				const {namespace = '', name: label} = repository.metadata;
				const number = value(repository);
				if (number !== undefined && !Number.isNaN(number)) this.set({namespace, repository: label}, number);
			}
		}});
	};

	perNamespace('lazarette_queue_length', 'Claims that have all they need and wait for their turn to be backed up or restored', () => queue.sizes().waiting);
	perNamespace('lazarette_movers', 'Movers of backups and restores that run or start', () => queue.sizes().moving);
	perRepository('lazarette_repository_ready', 'Whether a repository can be used', ({status}) => (isTrue(status.conditions, 'Ready') ? 1 : 0));
	perRepository('lazarette_repository_circuit_open', 'Whether a repository\'s store failed so often in a row that no mover is started', ({status}) => (status.circuit?.state === 'Open' ? 1 : 0));
	perRepository('lazarette_repository_newest_archive_timestamp_seconds', 'The instant that the newest archive of a repository shows', ({status}) => newestSeconds(status.newest ?? []));
	perRepository('lazarette_repository_archives', 'Archives in a repository, as the last probe and the runs since have counted them', ({status}) => status.archives);
	perRepository('lazarette_repository_stored_bytes', 'Bytes that a repository occupies in its store', ({status}) => status.storedBytes);
}

const newestSeconds = (newest: ReadonlyArray<{time: string}>): number | undefined => (newest.length === 0 ? undefined : Math.max(...newest.map(({time}) => Date.parse(time))) / 1000);
