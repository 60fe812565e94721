import type {Node} from '../../repository/node.ts';

/** What of an entry is still wanted once its content is planned: thousands of files wait for theirs at a time. */
export type KeptMetadata = Readonly<Pick<Node, 'name' | 'type' | 'mode' | 'uid' | 'gid' | 'mtimeNs' | 'atimeNs' | 'extendedAttributes'>>;

export const keptMetadata = ({name, type, mode, uid, gid, mtimeNs, atimeNs, extendedAttributes}: Node): KeptMetadata => ({
	name,
	type,
	mode,
	uid,
	gid,
	mtimeNs,
	atimeNs,
	...(extendedAttributes && {extendedAttributes}),
});
