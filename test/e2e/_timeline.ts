import type {KubeObject} from '../../src/kube/object.ts';
import {jobs, persistentVolumeClaims, pods} from '../../src/kube/resources.ts';
import type {Job, PersistentVolumeClaim, Pod} from '../../src/kube/resources.ts';
import {volumeSnapshots} from '../../src/kube/snapshot-resources.ts';
import type {VolumeSnapshot} from '../../src/kube/snapshot-resources.ts';
import {backupRepositories, volumeBackups, volumeRestores} from '../../src/controllers/resources.ts';
import {conditionOf} from './_conditions.ts';
import type {Seen, Version} from './_seen.ts';

/** What became of each object when: one line for each change that a person would call one, in seconds since the first. */
export function timelineOf(seen: Seen): string[] {
	const changes = [
		...[backupRepositories, volumeBackups, volumeRestores].flatMap(resource => changesOf(seen.versions<KubeObject>(resource), object => conditionOf(object as Parameters<typeof conditionOf>[0], 'Ready')?.reason ?? 'new')),
		...changesOf(seen.versions(jobs), jobState),
		...changesOf(seen.versions(pods), podState),
		...changesOf(seen.versions(persistentVolumeClaims), claimState),
		...changesOf(seen.versions(volumeSnapshots), snapshotState),
	].toSorted((left, right) => left.atMs - right.atMs);
	const start = changes[0]?.atMs ?? 0;
	return changes.map(({atMs, text}) => `${((atMs - start) / 1000).toFixed(2).padStart(7)} ${text}`);
}

function changesOf<T extends KubeObject>(versions: ReadonlyArray<Version<T>>, describe: (object: T) => string): {atMs: number; text: string}[] {
	const last = new Map<string | undefined, string>();
	return versions.flatMap(({type, object, atMs}) => {
		const going = object.metadata.deletionTimestamp ? ', is to go' : '';
		const text = type === 'DELETED' ? 'gone' : `${describe(object)}${going}`;
		if (last.get(object.metadata.uid) === text) return [];
		last.set(object.metadata.uid, text);
		return [{atMs, text: `${object.kind} ${object.metadata.name}: ${text}`}];
	});
}

const jobState = ({status}: Job): string => status?.conditions?.find(({type, status}) => (type === 'Complete' || type === 'Failed') && status === 'True')?.type ?? 'made';

function podState({spec, status}: Pod): string {
	const [container] = status?.containerStatuses ?? [];
	if (container?.state?.terminated) return `ended with ${container.state.terminated.exitCode} (${container.state.terminated.reason ?? 'no reason'}), ${status?.phase}`;
	if (container?.state?.running) return 'running';
	return spec?.nodeName ? 'scheduled' : 'made';
}

const claimState = ({status}: PersistentVolumeClaim): string => status?.phase ?? 'made';

const snapshotState = ({status}: VolumeSnapshot): string => (status?.readyToUse ? 'ready' : status?.error ? 'error' : status?.creationTime ? 'cut' : 'made');
