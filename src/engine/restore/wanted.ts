import type {Node} from '../../repository/node.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Decision, Existing} from './decide.ts';

/** An entry of the archive that is to be restored, what the target has of that name, and what becomes of it. */
export type Wanted = {
	place: DirectoryPlace;
	node: Node;
	existing: Existing | undefined;
	decision: Decision;
};
