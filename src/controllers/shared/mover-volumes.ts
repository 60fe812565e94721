import {posix} from 'node:path';
import {annotations} from '../../api/v1alpha1/group.ts';
import {moverPaths} from '../../api/v1alpha1/mover-contract.ts';
import type {MoverJobFacts} from './mover-job-facts.ts';
import type {PodSpec} from '../../kube/resources.ts';
import {secretModeOf} from './mover-security.ts';

type Volume = NonNullable<PodSpec['volumes']>[number];
type Mount = NonNullable<PodSpec['containers'][number]['volumeMounts']>[number];
type Mounted = {volume: Volume; mount: Mount};

/** Finished packs wait here for their upload; a mover that fills it is evicted, not the node's other pods. */
const scratchLimit = '1Gi';

/** Everything a mover needs, as files. Names and modes follow `moverPaths`. */
export function moverVolumes(facts: MoverJobFacts): Mounted[] {
	const {repository, volume} = facts;
	const defaultMode = secretModeOf(facts);
	const mounted: Array<Mounted | undefined> = [
		at(posix.dirname(moverPaths.request), true, {
			name: 'request',
			downwardAPI: {items: [{path: posix.basename(moverPaths.request), fieldRef: {fieldPath: `metadata.annotations['${annotations.moverRequest}']`}}]},
		}),
		at(posix.dirname(moverPaths.password), true, {
			name: 'password',
			secret: {secretName: repository.password.secretName, defaultMode, items: [{key: repository.password.key, path: posix.basename(moverPaths.password)}]},
		}),
		repository.previousPassword && at(posix.dirname(moverPaths.previousPassword), true, {
			name: 'previous-password',
			secret: {secretName: repository.previousPassword.secretName, optional: true, defaultMode, items: [{key: repository.previousPassword.key, path: posix.basename(moverPaths.previousPassword)}]},
		}),
		repository.credentials && at(moverPaths.storageCredentials, true, {
			name: 'storage-credentials',
			secret: {secretName: repository.credentials.secretName, defaultMode, items: repository.credentials.keys.map(key => ({key, path: key}))},
		}),
		repository.claimName === undefined ? undefined : at(moverPaths.repository, false, {name: 'repository', persistentVolumeClaim: {claimName: repository.claimName}}),
		volume && at(moverPaths.volume, volume.readOnly, {
			name: 'volume',
			persistentVolumeClaim: {claimName: volume.claimName, ...(volume.readOnly && {readOnly: true})},
		}),
		at(moverPaths.scratch, false, {name: 'scratch', emptyDir: {sizeLimit: scratchLimit}}),
	];
	return mounted.filter(item => item !== undefined);
}

const at = (mountPath: string, readOnly: boolean, volume: Volume): Mounted => ({volume, mount: {name: volume.name, mountPath, ...(readOnly && {readOnly})}});
