import {statSync} from 'node:fs';

export type AccessModes = {directory: number; file: number};

/**
Permission bits for what is created in a repository: its owner's alone, as restic does. A repository whose top directory its group may write into is
meant to be shared (a claim with fsGroup, whose movers may run as changing users), so there the group may read and write as well.
*/
export function accessModes(root: string): AccessModes {
	const mode = statSync(root, {throwIfNoEntry: false})?.mode ?? 0;
	return (mode & 0o020) === 0 ? {directory: 0o700, file: 0o400} : {directory: 0o770 | (mode & 0o2000), file: 0o440};
}
