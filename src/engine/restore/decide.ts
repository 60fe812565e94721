import type {Node} from '../../repository/node.ts';
import type {Status} from '../file-system/file-system.ts';

/**
What becomes of entries that exist in the target. `Never`: stay. `IfChanged`: a file of the archive's size and modification time counts as equal. `IfNewer`: stay
unless the archive's is newer. `Always`: content is compared with the archive's, whatever size and time say. Directories are merged, never replaced.
*/
export type Overwrite = 'Never' | 'IfChanged' | 'IfNewer' | 'Always';

/**
`create`: nothing is there. `keep`: stays as it is, metadata too. `refresh`: its content counts as the archive's; metadata is made so. `rewrite`: a file whose differing
parts are written in place. `replace`: is removed first.
*/
export type Decision = 'create' | 'keep' | 'refresh' | 'rewrite' | 'replace';

export type Existing = {status: Status; /** Of a symbolic link. */ linkTarget?: Buffer};

export function decide(node: Node, existing: Existing | undefined, overwrite: Overwrite): Decision {
	if (!existing) return 'create';
	const {status} = existing;
	if (node.type === 'dir' && status.type === 'dir') return overwrite === 'Never' ? 'keep' : 'refresh';
	if (overwrite === 'Never') return 'keep';
	if (overwrite === 'IfNewer' && node.mtimeNs <= status.mtimeNs) return 'keep';
	if (node.type !== status.type) return 'replace';
	switch (node.type) {
		case 'file':
			if (overwrite === 'IfChanged' && node.size === status.size && node.mtimeNs === status.mtimeNs) return 'refresh';
			// Writing through one of several names would change what the others show, and they may not be the archive's.
			return status.links > 1 ? 'replace' : 'rewrite';
		case 'symlink':
			return node.linkTarget && existing.linkTarget?.equals(node.linkTarget) ? 'refresh' : 'replace';
		case 'dev':
		case 'chardev':
			return node.device === status.device ? 'refresh' : 'replace';
		case 'dir':
		case 'fifo':
		case 'socket':
			return 'refresh';
	}
}
