import type {PersistentVolume, PersistentVolumeClaim} from '../../kube/resources.ts';
import {persistentVolumes} from '../../kube/resources.ts';
import {isKubeError} from '../../kube/kube-error.ts';
import {volumeSnapshotClasses} from '../../kube/snapshot-resources.ts';
import type {VolumeSnapshotClass} from '../../kube/snapshot-resources.ts';
import {claimUsers} from '../shared/claim-users.ts';
import type {PassTools} from '../shared/services.ts';
import type {ClaimFacts} from './access-plan.ts';

const defaultClassAnnotation = 'snapshot.storage.kubernetes.io/is-default-class';
const migratedToAnnotation = 'pv.kubernetes.io/migrated-to';

/** What the cluster knows about a bound claim. Asked for when a plan is made, which is rare, so none of it is cached. */
export async function gatherClaimFacts(claim: PersistentVolumeClaim, tools: PassTools): Promise<ClaimFacts> {
	const {metadata, spec} = claim;
	const volume = await tools.kube.get(persistentVolumes, {name: spec?.volumeName ?? ''}, tools.signal);
	const driver = volume && driverOf(volume);
	const classes = driver ? await snapshotClassesOf(driver, tools) : [];
	return {
		name: metadata.name,
		accessModes: spec?.accessModes ?? [],
		volumeMode: spec?.volumeMode ?? 'Filesystem',
		...(driver && {driver}),
		...(spec?.storageClassName && {storageClassName: spec.storageClassName}),
		snapshotClasses: classes.map(({metadata: {name, annotations}}) => ({name, isDefault: annotations?.[defaultClassAnnotation] === 'true'})),
		users: claimUsers({namespace: metadata.namespace ?? '', name: metadata.name}, tools.caches),
	};
}

/** In-tree volumes are served by a CSI driver since their migration. */
const driverOf = ({spec, metadata}: PersistentVolume): string | undefined => spec?.csi?.driver ?? metadata.annotations?.[migratedToAnnotation];

async function snapshotClassesOf(driver: string, {kube, signal}: PassTools): Promise<VolumeSnapshotClass[]> {
	const found: VolumeSnapshotClass[] = [];
	try {
		for await (const page of kube.list(volumeSnapshotClasses, {}, signal)) found.push(...page.items.filter(item => item.driver === driver));
	} catch (error) {
		// The cluster has no snapshot API.
		if (!isKubeError(error) || !error.notFound) throw error;
	}

	return found;
}
