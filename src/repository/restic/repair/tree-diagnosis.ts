import {isLazaretteError} from '../../../base/errors.ts';
import {idFromHex, idLength} from '../blob-id.ts';
import {BitSet} from '../check/bit-set.ts';
import {quoteName} from '../files/name-quoting.ts';
import {TreeSource} from '../tree/tree-source.ts';
import type {Node} from '../../node.ts';
import type {FullIndex} from '../index/load-index.ts';
import type {OpenRepository} from '../open-repository.ts';

export type TreeFinding = {
	/** From the archive's root, printable. */
	path: string;
	/** `FileLeftOut`, `FileShortened`: content is missing. `DirectoryEmptied`: its tree can not be read. `SizeCorrected`: all content is there, the size was wrong. */
	problem: 'FileLeftOut' | 'FileShortened' | 'DirectoryEmptied' | 'SizeCorrected';
};

export type TreeState = 'sound' | 'damaged' | 'unreadable';

/** Finds out which trees refer, however deep, to what is not there. Each tree is read once; of sound ones one bit is kept. */
export class TreeDiagnosis {
	readonly source: TreeSource;
	readonly signal: AbortSignal;
	readonly #index: FullIndex;
	readonly #keepPartial: boolean;
	readonly #sound: BitSet;
	readonly #others = new Map<string, Exclude<TreeState, 'sound'>>();
	/** IDs of trees that were rewritten, by the damaged one's. */
	readonly rewritten = new Map<string, string>();
	#findings: TreeFinding[] = [];

	constructor(repository: OpenRepository, index: FullIndex, {keepPartial, signal}: {keepPartial: boolean; signal: AbortSignal}) {
		this.source = new TreeSource({...repository, index});
		this.signal = signal;
		this.#index = index;
		this.#keepPartial = keepPartial;
		this.#sound = new BitSet(index.trees.count);
	}

	/** What was found since the last call. */
	takeFindings(): TreeFinding[] {
		const findings = this.#findings;
		this.#findings = [];
		return findings;
	}

	/** Only for trees that `examine` has seen. */
	stateOf(treeId: string): TreeState | undefined {
		const other = this.#others.get(treeId);
		if (other) return other;
		const entry = this.#index.trees.find(idFromHex(treeId));
		return entry >= 0 && this.#sound.has(entry) ? 'sound' : undefined;
	}

	async examine(treeId: string, path = ''): Promise<TreeState> {
		const known = this.stateOf(treeId);
		if (known) return known;
		const before = this.#findings.length;
		let state: TreeState = 'sound';
		try {
			for await (const nodes of this.source.batches(treeId, this.signal)) {
				for (const node of nodes) if (!(await this.#isSound(node, path))) state = 'damaged';
			}
		} catch (error) {
			if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
			// What was found below it goes with it.
			this.#findings.length = before;
			state = 'unreadable';
		}
		const entry = this.#index.trees.find(idFromHex(treeId));
		if (state === 'sound' && entry >= 0) this.#sound.add(entry);
		else if (state !== 'sound') this.#others.set(treeId, state);
		return state;
	}

	/** The node as it can be restored; undefined when nothing of it can. A directory comes back as it is. */
	repair(node: Node): Node | undefined {
		if (node.type !== 'file') return node;
		const {content, size} = this.#contentOf(node);
		if (content.length === (node.content?.length ?? 0)) return size === node.size ? node : {...node, size};
		return this.#keepPartial ? {...node, content, size} : undefined;
	}

	async #isSound(node: Node, parent: string): Promise<boolean> {
		const path = `${parent}/${quoteName(node.name)}`;
		if (node.type === 'dir') {
			const state = node.subtree === undefined ? 'unreadable' : await this.examine(node.subtree, path);
			if (state === 'unreadable') this.#findings.push({path, problem: 'DirectoryEmptied'});
			return state === 'sound';
		}
		const repaired = this.repair(node);
		if (repaired === node) return true;
		this.#findings.push({path, problem: !repaired ? 'FileLeftOut' : repaired.content === node.content ? 'SizeCorrected' : 'FileShortened'});
		return false;
	}

	#contentOf({content = new Uint8Array(0)}: Node): {content: Uint8Array; size: number} {
		const {data} = this.#index;
		const left: Uint8Array[] = [];
		let size = 0;
		for (let at = 0; at < content.length; at += idLength) {
			const entry = data.find(content, at);
			if (entry < 0) continue;
			left.push(content.subarray(at, at + idLength));
			size += data.plainLengthOf(entry);
		}
		return {content: left.length * idLength === content.length ? content : new Uint8Array(Buffer.concat(left)), size};
	}
}
