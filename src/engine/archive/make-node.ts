import type {ExtendedAttribute, Node} from '../../repository/node.ts';
import type {Status} from '../file-system/file-system.ts';
import type {Identities} from './identities.ts';

export type NodeParts = {
	name: Buffer;
	status: Status;
	attributes: ExtendedAttribute[];
	identities: Identities;
	/** Record when things were read last; restic does not unless asked, because every run would then store every directory anew. */
	withAtime: boolean;
	linkTarget?: Buffer;
	content?: Uint8Array;
	/** What was really read, when that differs from the status. */
	size?: number;
};

export function makeNode({name, status, attributes, identities, withAtime, linkTarget, content, size}: NodeParts): Node {
	const {type} = status;
	const node: Node = {
		name,
		type,
		mode: status.mode,
		uid: status.uid,
		gid: status.gid,
		mtimeNs: status.mtimeNs,
		atimeNs: withAtime ? status.atimeNs : status.mtimeNs,
		ctimeNs: status.ctimeNs,
		inode: status.inode,
		deviceId: status.deviceId,
		// restic keeps no link count of directories and FIFOs, and takes a count above 1 for a hardlink.
		links: type === 'dir' || type === 'fifo' ? 0 : status.links,
		size: type === 'file' ? (size ?? status.size) : 0,
	};
	const user = identities.user(status.uid);
	const group = identities.group(status.gid);
	if (user !== undefined) node.user = user;
	if (group !== undefined) node.group = group;
	if (linkTarget) node.linkTarget = linkTarget;
	if (type === 'dev' || type === 'chardev') node.device = status.device;
	if (attributes.length > 0) node.extendedAttributes = attributes;
	if (content) node.content = content;
	return node;
}
