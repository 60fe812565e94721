import type {Node} from '../../repository/node.ts';
import type {DirectoryPlace} from '../file-system/directory-cache.ts';
import type {Status} from '../file-system/file-system.ts';
import type {Scope} from '../select/selector.ts';
import {isSafeName} from './check-name.ts';
import {decide} from './decide.ts';
import type {Existing} from './decide.ts';
import type {Subtree} from './find-subtree.ts';
import {removeObstacle} from './remove-entry.ts';
import {restoreFile} from './restore-file.ts';
import {restoreOther} from './restore-other.ts';
import type {RestoreRun} from './restore-run.ts';
import {isEmptyDirectory} from './is-empty-directory.ts';
import {keptMetadata} from './kept-metadata.ts';
import {FirstNames, hasSeveralNames} from './link-file.ts';
import {Segment} from './segment.ts';
import {HeldNodes} from './tree-nodes.ts';
import type {Wanted} from './wanted.ts';

/** A directory of the archive being walked, and what it is in the target. */
type Frame = {
	place: DirectoryPlace;
	nodes: HeldNodes;
	scope: Scope;
	/** `absent`: will be made when something goes into it. `made`: by us, and empty but for what the archive has. */
	target: 'present' | 'absent' | 'made';
	/** What stands in its place, to be removed before it is made. */
	obstacle: Existing | undefined;
	/** Its own metadata; undefined when that is not for us to change unless we make it. */
	node: Node | undefined;
	corrects: boolean;
	lastName: Buffer | undefined;
	/** Whether nothing was in it when the walk came; undefined until that matters. */
	wasEmpty: boolean | undefined;
};

/** Walks the archive and the target together, makes directories, and plans all else. Own frames, because directories may be nested deeper than calls. */
export class RestoreWalk {
	readonly #run: RestoreRun;
	readonly #segment: Segment;
	readonly #frames: Frame[] = [];
	readonly #firstNames = new FirstNames();

	constructor(run: RestoreRun) {
		this.#run = run;
		this.#segment = new Segment(run);
	}

	async restore(subtree: Subtree, root: DirectoryPlace, scope: Scope, corrects: boolean): Promise<void> {
		const {reader, signal, pace, preview, directories} = this.#run.context;
		this.#frames.push({place: root, nodes: new HeldNodes(reader.readTree(subtree.treeId, signal)), scope, target: directories ? 'present' : 'absent', obstacle: undefined, node: subtree.node, corrects, lastName: undefined, wasEmpty: undefined});
		try {
			for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
				if (pace.due()) await pace.breathe();
				// Nothing is waited for that is there: most entries are planned without a promise.
				const next = frame.nodes.next();
				const node = next instanceof Promise ? await next : next;
				const visiting = node ? this.#visit(frame, node) : this.#leave(frame);
				if (visiting) await visiting;
				if (preview) continue;
				this.#segment.throwIfFailed();
				if (this.#segment.isFull) await this.#segment.flush();
			}
			if (!preview) await this.#segment.end();
		} finally {
			await this.#segment.close();
			for (const frame of this.#frames) await frame.nodes.close();
		}
	}

	/** A promise only when something has to be waited for. */
	#visit(frame: Frame, node: Node): Promise<void> | undefined {
		const {name} = node;
		if (!this.#isUsable(frame, name)) return undefined;
		const scope = node.type === 'dir' ? frame.scope.enter(name) : undefined;
		if (!(scope ? scope.searched : frame.scope.takes(name))) return undefined;

		const existing = this.#lookAt(frame, name);
		if (!existing) return undefined;
		const decision = decide(node, existing.result, this.#run.context.overwrite);
		const wanted = {place: frame.place, node, existing: existing.result, decision};
		if (scope) return this.#enter(frame, wanted, scope);
		if (decision === 'keep' || frame.target !== 'absent' || this.#run.context.preview) return this.#restore(frame, wanted);
		return this.#make(frame).then(async isMade => (isMade ? this.#restore(frame, wanted) : undefined));
	}

	#isUsable(frame: Frame, name: Buffer): boolean {
		const isDuplicate = frame.lastName?.equals(name) ?? false;
		if (isSafeName(name) && !isDuplicate) {
			frame.lastName = name;
			return true;
		}
		this.#run.problem(frame.place, name, isDuplicate ? 'DuplicateName' : 'NameRefused');
		return false;
	}

	/** What the target has of that name; undefined when it cannot be told. */
	#lookAt(frame: Frame, name: Buffer): {result: Existing | undefined} | undefined {
		if (frame.target !== 'present') return {result: undefined};
		frame.wasEmpty ??= this.#isEmpty(frame);
		if (frame.wasEmpty) return {result: undefined};
		return this.#run.attempt(frame.place, name, 'NotRestored', () => {
			const directory = this.#run.directories.open(frame.place);
			const status = directory.lookUp(name);
			return status && {status, ...(status.type === 'symlink' && {linkTarget: directory.readLink(name)})};
		});
	}

	/** Looking for each of its names in a directory that has none takes longer than all else that an empty file needs. */
	#isEmpty({place}: Frame): boolean {
		return isEmptyDirectory(() => this.#run.directories.open(place));
	}

	async #enter(frame: Frame, {node, existing, decision}: Wanted, scope: Scope): Promise<void> {
		const {reader, signal, preview} = this.#run.context;
		const isThere = existing?.status.type === 'dir';
		if (node.subtree === undefined || (decision === 'keep' && !isThere)) return;
		const child: Frame = {
			place: {parent: frame.place, name: node.name},
			nodes: new HeldNodes(reader.readTree(node.subtree, signal)),
			scope,
			target: isThere ? 'present' : 'absent',
			obstacle: isThere ? undefined : existing,
			node,
			corrects: scope.taken && decision !== 'keep',
			lastName: undefined,
			wasEmpty: undefined,
		};
		this.#frames.push(child);
		if (!scope.taken) return;
		this.#run.tally.directories++;
		if (preview && !isThere) this.#run.change(child.place, undefined, existing ? 'Replace' : 'Create');
		else if (!(await this.#make(child))) await this.#frames.pop()?.nodes.close();
		else if (!preview && child.corrects && existing && isThere) this.#openUp(child, existing.status);
	}

	/** Makes a directory of the archive, and those above it, unless they are there. False, and reported, when that fails. */
	async #make(frame: Frame): Promise<boolean> {
		if (this.#run.context.preview) return true;
		for (const above of this.#frames) {
			if (above.target !== 'absent') continue;
			const {parent, name} = above.place;
			if (!parent || (above.obstacle && !(await removeObstacle(this.#run, parent, name, above.obstacle.status)))) return false;
			const made = this.#run.attempt(parent, name, 'NotRestored', () => this.#run.directories.open(parent).makeDirectory(name));
			if (!made) return false;
			above.target = 'made';
			if (above === frame) break;
		}
		return true;
	}

	/** Who is not root may not write into a directory whose mode forbids it, not even the owner; it gets the archive's mode when it is left. */
	#openUp({place}: Frame, {uid, mode}: Status): void {
		if (uid !== process.geteuid?.() || uid === 0 || (mode & 0o700) === 0o700) return;
		const {parent, name} = place;
		this.#run.attempt(place, undefined, 'ModeNotSet', () => {
			const entry = this.#run.directories.open(parent!).openEntry(name);
			try {
				entry.setMode(mode | 0o700);
			} finally {
				entry.close();
			}
		});
	}

	#restore(frame: Frame, wanted: Wanted): Promise<void> | undefined {
		const {node, decision} = wanted;
		const several = hasSeveralNames(node);
		const first = several ? this.#firstNames.find(node) : undefined;
		const restored = node.type === 'file' ? restoreFile(this.#run, this.#segment, wanted, first) : restoreOther(this.#run, this.#segment, wanted, first);
		if (!several || first || decision === 'keep') return restored;
		const note = (): void => this.#firstNames.add(frame.place, node);
		if (restored) return restored.then(note);
		note();
		return undefined;
	}

	#leave(frame: Frame): undefined {
		this.#frames.pop();
		const {place, node, target, corrects} = frame;
		if (this.#run.context.preview) return;
		if (node && (target === 'made' || (target === 'present' && corrects))) this.#segment.leave({place, node: keptMetadata(node), made: target === 'made'});
		else if (place.parent) this.#run.directories.release(place);
	}
}
