const aclVersion = 2;
const entryLength = 8;

const tags = new Map([[0x01, 'user'], [0x02, 'user'], [0x04, 'group'], [0x08, 'group'], [0x10, 'mask'], [0x20, 'other']]);
const qualified = new Set([0x02, 0x08]);

/**
The text form of a POSIX ACL as Linux keeps it in `system.posix_acl_access` and `_default` (linux/posix_acl_xattr.h: a version, then tag, permissions and ID of each entry, little-endian), one entry a line.
Undefined for anything else.
*/
export function formatLinuxAcl(value: Buffer): string | undefined {
	if (value.length < 4 || value.readUInt32LE(0) !== aclVersion || (value.length - 4) % entryLength !== 0) return undefined;
	const lines: string[] = [];
	for (let at = 4; at < value.length; at += entryLength) {
		const tag = value.readUInt16LE(at);
		const permissions = value.readUInt16LE(at + 2);
		const name = tags.get(tag);
		if (name === undefined) return undefined;
		lines.push(`${name}:${qualified.has(tag) ? value.readUInt32LE(at + 4) : ''}:${permissions & 4 ? 'r' : '-'}${permissions & 2 ? 'w' : '-'}${permissions & 1 ? 'x' : '-'}\n`);
	}
	return lines.join('');
}
