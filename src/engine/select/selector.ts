import {LazaretteError} from '../../base/errors.ts';
import {compileGlob} from './compile-glob.ts';
import type {Glob} from './compile-glob.ts';
import {advance, startState} from './glob-state.ts';
import type {GlobState} from './glob-state.ts';
import {nameText} from './name-text.ts';

/**
What of a tree is wanted, asked from the root downwards. A pattern matches an entry when it matches the entry's path or that of a directory
above it; of several that match, the last one in the list decides. The full rules are in docs/filters.md.
*/
export type Scope = {
	/** Whether this directory itself is wanted. */
	readonly taken: boolean;
	/** Whether this directory or anything below it may be wanted; if not, it need not be opened. */
	readonly searched: boolean;
	/** Whether everything below is wanted, so that nobody need be asked. */
	readonly takesAll: boolean;
	/** Whether an entry of this directory that is not a directory itself is wanted. */
	takes(name: Buffer): boolean;
	enter(name: Buffer): Scope;
};

export type Patterns = {
	/** Only what matches is wanted; everything when empty. */
	include?: readonly string[];
	exclude?: readonly string[];
	/** What the lists are called where the user wrote them, for messages. */
	fields?: {include: string; exclude: string};
};

/** @throws LazaretteError `InvalidGlob` */
export function compileSelector({include = [], exclude = [], fields = {include: 'include', exclude: 'exclude'}}: Patterns): Scope {
	if (include.length === 0 && exclude.length === 0) return everything;
	const included = include.map((pattern, index) => compileGlob(pattern, `${fields.include}[${index}]`));
	const excluded = exclude.map((pattern, index) => compileGlob(pattern, `${fields.exclude}[${index}]`));
	if (included.length > 0 && included.every(glob => glob.negated)) throw takesFromNothing(fields, include[0]!);
	return scopeOf(startVerdict(included, included.length === 0), startVerdict(excluded, false));
}

const everything: Scope = {taken: true, searched: true, takesAll: true, takes: () => true, enter: () => everything};
const nothing: Scope = {taken: false, searched: false, takesAll: false, takes: () => false, enter: () => nothing};

/** What a list of patterns says of one directory: the answer of the last that matched, and those that may still change it further down. */
type Verdict = {
	positive: boolean;
	/** Only patterns after the one that decided, in order: an earlier one cannot win any more. */
	open: ReadonlyArray<{glob: Glob; state: GlobState}>;
};

function startVerdict(globs: readonly Glob[], positive: boolean): Verdict {
	const reached = globs.map(glob => ({glob, state: startState(glob)}));
	return decide(reached, positive);
}

function decide(reached: ReadonlyArray<{glob: Glob; state: GlobState}>, inherited: boolean): Verdict {
	const last = reached.findLastIndex(({state}) => state.matched);
	if (last < 0) return {positive: inherited, open: reached};
	return {positive: !reached[last]!.glob.negated, open: reached.slice(last + 1)};
}

function further({positive, open}: Verdict, text: string, isDirectory: boolean): Verdict {
	if (open.length === 0) return {positive, open};
	const reached = [];
	for (const {glob, state} of open) {
		const next = advance(glob, state, text, isDirectory);
		if (next) reached.push({glob, state: next});
	}
	return decide(reached, positive);
}

function scopeOf(included: Verdict, excluded: Verdict): Scope {
	const taken = included.positive && !excluded.positive;
	if (!mayBecome(included, true) || !mayBecome(excluded, false)) return nothing;
	if (taken && included.open.length === 0 && excluded.open.length === 0) return everything;
	return {
		taken,
		searched: true,
		takesAll: false,
		takes(name) {
			const text = nameText(name);
			return further(included, text, false).positive && !further(excluded, text, false).positive;
		},
		enter(name) {
			const text = nameText(name);
			return scopeOf(further(included, text, true), further(excluded, text, true));
		},
	};
}

/** Whether the list says so of this directory or may say so of something below it. */
const mayBecome = ({positive, open}: Verdict, wanted: boolean): boolean => positive === wanted || open.some(({glob}) => glob.negated !== wanted);

const takesFromNothing = (fields: {include: string; exclude: string}, pattern: string): LazaretteError =>
	new LazaretteError('InvalidGlob', `${fields.include}[0] "${pattern}" takes away from nothing: every pattern of ${fields.include} begins with !`, {
		hint: `put a pattern without ! before it, or move it to ${fields.exclude} without the !`,
		context: {field: `${fields.include}[0]`, pattern},
	});
