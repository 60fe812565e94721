import fc from 'fast-check';
import {anyCharacter} from '../../../_any-character.ts';
import {invalidName} from '../../../../src/repository/restic/tree/node-name.ts';
import type {Node, NodeType} from '../../../../src/repository/node.ts';

/** A regular file with every member at a value that a tree leaves out or shows plainly. */
export const plainFile = (parts: Partial<Node> = {}): Node => ({
	name: Buffer.from('a.txt'),
	type: 'file',
	mode: 0o644,
	uid: 0,
	gid: 0,
	mtimeNs: 1_700_000_000_000_000_000n,
	atimeNs: 1_700_000_000_000_000_000n,
	ctimeNs: 1_700_000_000_500_000_000n,
	inode: 12n,
	deviceId: 65_024n,
	links: 1,
	size: 0,
	content: new Uint8Array(0),
	...parts,
});

const bytes = (maxLength: number): fc.Arbitrary<Buffer> => fc.uint8Array({maxLength}).map(array => Buffer.from(array));
const name = fc.oneof(bytes(20), fc.string({unit: anyCharacter, maxLength: 10}).map(text => Buffer.from(text))).filter(value => invalidName(value) === undefined);
const uint64 = fc.bigInt({min: 0n, max: 2n ** 64n - 1n});
/** What a time in the years 0 to 9999 can be. */
const time = fc.bigInt({min: -62_000_000_000_000_000_000n, max: 253_000_000_000_000_000_000n});
const text = fc.string({unit: 'grapheme', minLength: 1, maxLength: 8});
const types: NodeType[] = ['file', 'dir', 'symlink', 'dev', 'chardev', 'fifo', 'socket'];

/** Nodes as a file system could have them, hostile values included. */
export const anyNode: fc.Arbitrary<Node> = fc
	.record(
		{
			name,
			type: fc.constantFrom(...types),
			mode: fc.nat({max: 0o7777}),
			uid: fc.nat({max: 0xffff_ffff}),
			gid: fc.nat({max: 0xffff_ffff}),
			user: text,
			group: text,
			mtimeNs: time,
			atimeNs: time,
			ctimeNs: time,
			inode: uint64,
			deviceId: uint64,
			links: fc.nat(),
			size: fc.maxSafeNat(),
			linkTarget: bytes(30),
			device: uint64,
			extendedAttributes: fc.array(fc.record({name: text.map(value => Buffer.from(value)), value: bytes(40)}), {minLength: 1, maxLength: 3}),
			content: fc.nat({max: 40}).chain(ids => fc.uint8Array({minLength: ids * 32, maxLength: ids * 32})),
			subtree: fc.uint8Array({minLength: 32, maxLength: 32}).map(id => Buffer.from(id).toString('hex')),
			foreign: fc.constantFrom({generic_attributes: {'windows.file_attributes': 32}}, {later: [{deep: 'x'}], big: 2n ** 60n}),
		},
		{requiredKeys: ['name', 'type', 'mode', 'uid', 'gid', 'mtimeNs', 'atimeNs', 'ctimeNs', 'inode', 'deviceId', 'links', 'size']},
	)
	.map(onlyWhatTheTypeHas);

function onlyWhatTheTypeHas(node: Node): Node {
	const {content, linkTarget, device, subtree, links, size, ...rest} = node;
	const special = node.type === 'dev' || node.type === 'chardev';
	return {
		...rest,
		links: node.type === 'file' || node.type === 'symlink' || special ? links : 0,
		size: node.type === 'file' ? size : 0,
		...(node.type === 'file' ? {content: content ?? new Uint8Array(0)} : {}),
		...(node.type === 'symlink' && linkTarget?.length ? {linkTarget} : {}),
		...(special && device ? {device} : {}),
		...(node.type === 'dir' && subtree ? {subtree} : {}),
	};
}

/** Nodes sorted as a tree has them, names distinct. */
export const anyDirectory: fc.Arbitrary<Node[]> = fc
	.uniqueArray(anyNode, {maxLength: 12, selector: node => node.name.toString('hex')})
	.map(nodes => nodes.sort((a, b) => Buffer.compare(a.name, b.name)));
