import type {Archive} from '../repository/archive.ts';

// How other Kubernetes operators record claims in restic repositories, so that their archives can be taken over.

/** K8up: the namespace as host, and the claim's directory below `/data`, under its path in the tree. */
export const isFromK8up = ({hostname, paths}: Archive, claim: {name: string; hostname: string}): boolean => hostname === claim.hostname && paths.length === 1 && paths[0] === `/data/${claim.name}`;

/** VolSync: a constant host and path whatever the claim, and the volume's entries at the root of the tree. */
export const isFromVolSync = ({hostname, paths}: Archive): boolean => hostname === 'volsync' && paths.length === 1 && paths[0] === '/data';

/**
The directory of an adopted archive that stands for the volume, part by part from the tree's root; undefined when the archive lies under the path it
names, as ours do.
*/
export function foreignVolume(archive: Archive, claim?: {name: string; hostname: string}): string[] | undefined {
	if (isFromVolSync(archive)) return [];
	return claim && isFromK8up(archive, claim) ? ['data', claim.name] : undefined;
}
