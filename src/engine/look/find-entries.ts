import {isLazaretteError} from '../../base/errors.ts';
import type {LazaretteError} from '../../base/errors.ts';
import type {Archive} from '../../repository/archive.ts';
import type {Node} from '../../repository/node.ts';
import {printableName} from '../file-system/printable-path.ts';
import {treeNodes} from '../restore/tree-nodes.ts';
import {compileSelector} from '../select/selector.ts';
import type {Scope} from '../select/selector.ts';
import type {TreeReader} from './find-node.ts';

export type FindEntries = {
	/** Of the archives' repository. */
	reader: TreeReader;
	archives: readonly Archive[];
	/** Globs as docs/filters.md has them, from the archive's root; one without a slash is a name at any depth. */
	patterns: readonly string[];
	/** Only entries last changed at or after this moment, and at or before that. */
	changedFrom?: Date;
	changedTo?: Date;
	/** A directory that can not be read; the search goes on without it. */
	onDamaged: (archive: Archive, path: string, error: LazaretteError) => void;
	signal: AbortSignal;
};

/** `path` is printable. */
export type FoundEntry = {archive: Archive; path: string; node: Node};

type Frame = {path: string; key: string; scope: Scope; nodes: AsyncGenerator<Node, void>; found: boolean};

/** Directories without a match are remembered, so that the next archive which has them unchanged at the same place need not be searched there again. */
const mostRemembered = 500_000;

/** Entries of archives that match, archive by archive in the order of their trees; all that is below a directory that matches does so, too. */
export async function* findEntries(options: FindEntries): AsyncGenerator<FoundEntry> {
	const {archives, patterns, signal} = options;
	const scope = compileSelector({include: patterns.map(anyDepth), fields: {include: 'pattern', exclude: 'exclude'}});
	const barren = new Set<string>();
	for (const archive of archives) {
		signal.throwIfAborted();
		yield* findIn(archive, scope, barren, options);
	}
}

async function* findIn(archive: Archive, scope: Scope, barren: Set<string>, options: FindEntries): AsyncGenerator<FoundEntry> {
	const {reader, signal, onDamaged} = options;
	const open = (path: string, tree: string, scopeOfIt: Scope): Frame => ({path, key: `${path}\0${tree}`, scope: scopeOfIt, nodes: treeNodes(reader, tree, signal), found: false});
	const frames = [open('', archive.tree, scope)];
	for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
		let next: IteratorResult<Node, void>;
		try {
			next = await frame.nodes.next();
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
			onDamaged(archive, frame.path === '' ? '/' : frame.path, error);
			frame.found = true;
			next = {done: true, value: undefined};
		}
		if (next.done) {
			frames.pop();
			if (!frame.found && barren.size < mostRemembered) barren.add(frame.key);
			const parent = frames.at(-1);
			if (parent) parent.found ||= frame.found;
			continue;
		}
		const node = next.value;
		const path = `${frame.path}/${printableName(node.name)}`;
		const below = node.type === 'dir' ? frame.scope.enter(node.name) : undefined;
		if ((below ? below.taken : frame.scope.takes(node.name)) && isInTime(node, options)) {
			frame.found = true;
			yield {archive, path, node};
		}
		if (below?.searched && node.subtree !== undefined && !barren.has(`${path}\0${node.subtree}`)) frames.push(open(path, node.subtree, below));
	}
}

/** A name alone, such as `*.conf`, is looked for everywhere. */
function anyDepth(pattern: string): string {
	const negated = pattern.startsWith('!');
	const glob = negated ? pattern.slice(1) : pattern;
	return glob.replace(/\/$/, '').includes('/') || glob === '' ? pattern : `${negated ? '!' : ''}**/${glob}`;
}

function isInTime({mtimeNs}: Node, {changedFrom, changedTo}: FindEntries): boolean {
	const ns = (date: Date): bigint => BigInt(date.getTime()) * 1_000_000n;
	return (!changedFrom || mtimeNs >= ns(changedFrom)) && (!changedTo || mtimeNs <= ns(changedTo));
}
