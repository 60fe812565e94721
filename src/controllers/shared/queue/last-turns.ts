import {isRunKind, labels} from '../../../api/v1alpha1/group.ts';
import {keyOf} from '../../../kube/object.ts';
import type {KubeObject} from '../../../kube/object.ts';
import type {ControllerCaches} from '../controller-caches.ts';

type Run = KubeObject & {spec: {repositoryRef: {name: string}}; status: {firstReadTime?: string}};

/**
When each namespace and each repository last had a turn, in ms; 0 when never. Read off the movers' Jobs, and after a restart off the runs that remember when
their mover first read. To be called before the caches run.
*/
export function followLastTurns({backups, restores, jobs, namespaces, repositories}: Pick<ControllerCaches, 'backups' | 'restores' | 'jobs' | 'namespaces' | 'repositories'>): (name: string) => number {
	const turns = new Map<string, number>();
	const note = (namespace: string, repository: string, at: string | undefined): void => {
		const ms = Date.parse(at ?? '');
		if (Number.isNaN(ms)) return;
		for (const name of [namespace, repository]) turns.set(name, Math.max(turns.get(name) ?? 0, ms));
	};

	jobs.subscribe(({object}) => {
		if (!object || !isRunKind(object.metadata.labels?.[labels.ownerKind] ?? '')) return;
		const {namespace = '', labels: words, creationTimestamp} = object.metadata;
		note(namespace, keyOf({namespace, name: words?.[labels.repository] ?? ''}), creationTimestamp);
	});
	const noteRun = ({object}: {object?: Run}): void => {
		if (object) note(object.metadata.namespace ?? '', keyOf({namespace: object.metadata.namespace, name: object.spec.repositoryRef.name}), object.status.firstReadTime);
	};
	backups.subscribe(noteRun);
	restores.subscribe(noteRun);
	namespaces.subscribe(({key, object}) => void (object ?? turns.delete(key)));
	repositories.subscribe(({key, object}) => void (object ?? turns.delete(key)));
	return name => turns.get(name) ?? 0;
}
