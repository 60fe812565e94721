import test from 'ava';
import {decide} from '../../../src/engine/restore/decide.ts';
import type {Decision, Overwrite} from '../../../src/engine/restore/decide.ts';
import type {Status} from '../../../src/engine/file-system/file-system.ts';
import type {Node, NodeType} from '../../../src/repository/node.ts';

const node = (type: NodeType, more: Partial<Node> = {}): Node => ({
	name: Buffer.from('x'),
	type,
	mode: 0o644,
	uid: 0,
	gid: 0,
	mtimeNs: 100n,
	atimeNs: 100n,
	ctimeNs: 100n,
	inode: 1n,
	deviceId: 1n,
	links: 1,
	size: type === 'file' ? 10 : 0,
	...more,
});
const status = (type: NodeType, more: Partial<Status> = {}): Status => ({type, mode: 0o644, uid: 0, gid: 0, mtimeNs: 100n, atimeNs: 0n, ctimeNs: 0n, inode: 2n, deviceId: 1n, links: 1, size: type === 'file' ? 10 : 0, blocks: 8, device: 0n, ...more});

const policies: Overwrite[] = ['Never', 'IfChanged', 'IfNewer', 'Always'];

/** What is archived, what is there, and what becomes of it under Never, IfChanged, IfNewer and Always. */
const cases: Array<[what: string, node: Node, existing: Status, decisions: [Decision, Decision, Decision, Decision]]> = [
	['a file of the same size and time', node('file'), status('file'), ['keep', 'refresh', 'keep', 'rewrite']],
	['a file of another size', node('file'), status('file', {size: 11}), ['keep', 'rewrite', 'keep', 'rewrite']],
	['a file that is older', node('file'), status('file', {mtimeNs: 99n}), ['keep', 'rewrite', 'rewrite', 'rewrite']],
	['a file that is newer', node('file'), status('file', {mtimeNs: 101n}), ['keep', 'rewrite', 'keep', 'rewrite']],
	['a file with further names', node('file'), status('file', {mtimeNs: 99n, links: 2}), ['keep', 'replace', 'replace', 'replace']],
	['a file with further names and the same size and time', node('file'), status('file', {links: 2}), ['keep', 'refresh', 'keep', 'replace']],
	['a link instead of a file', node('file'), status('symlink', {mtimeNs: 99n}), ['keep', 'replace', 'replace', 'replace']],
	['a directory instead of a file', node('file'), status('dir', {mtimeNs: 99n}), ['keep', 'replace', 'replace', 'replace']],
	['a file instead of a directory', node('dir'), status('file', {mtimeNs: 99n}), ['keep', 'replace', 'replace', 'replace']],
	['a directory', node('dir'), status('dir', {mtimeNs: 101n}), ['keep', 'refresh', 'refresh', 'refresh']],
	['a device of the same numbers', node('chardev', {device: 5n}), status('chardev', {device: 5n, mtimeNs: 99n}), ['keep', 'refresh', 'refresh', 'refresh']],
	['a device of other numbers', node('chardev', {device: 5n}), status('chardev', {device: 6n, mtimeNs: 99n}), ['keep', 'replace', 'replace', 'replace']],
	['a FIFO', node('fifo'), status('fifo', {mtimeNs: 99n}), ['keep', 'refresh', 'refresh', 'refresh']],
];
for (const [what, archived, existing, decisions] of cases) {
	test(`where the target has ${what}: ${policies.map((policy, index) => `${policy} ${decisions[index]}`).join(', ')}`, t => {
		t.deepEqual(policies.map(policy => decide(archived, {status: existing}, policy)), decisions);
	});
}

test('what is not there is created under every policy', t => {
	for (const policy of policies) for (const type of ['file', 'dir', 'symlink', 'fifo', 'dev'] as const) t.is(decide(node(type), undefined, policy), 'create');
});

test('a link is replaced when it leads elsewhere', t => {
	const link = node('symlink', {linkTarget: Buffer.from('there')});
	t.is(decide(link, {status: status('symlink'), linkTarget: Buffer.from('there')}, 'Always'), 'refresh');
	t.is(decide(link, {status: status('symlink'), linkTarget: Buffer.from('elsewhere')}, 'IfChanged'), 'replace');
});
