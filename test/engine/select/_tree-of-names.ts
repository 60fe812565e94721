import {compileSelector} from '../../../src/engine/select/selector.ts';
import type {Patterns, Scope} from '../../../src/engine/select/selector.ts';

export type Path = readonly (string | Buffer)[];

/** Whether a file is taken, asked as the walk asks: from the root downwards, and only as deep as the selector wants it. */
export function takes(patterns: Patterns, path: Path): boolean {
	const scope = scopeAt(patterns, path.slice(0, -1));
	return scope !== undefined && scope.takes(bytes(path.at(-1)!));
}

/** The scope of a directory; undefined when the walk would not go there. */
export function scopeAt(patterns: Patterns, path: Path): Scope | undefined {
	let scope = compileSelector(patterns);
	for (const name of path) {
		scope = scope.enter(bytes(name));
		if (!scope.searched) return undefined;
	}
	return scope;
}

export const bytes = (name: string | Buffer): Buffer => (typeof name === 'string' ? Buffer.from(name) : name);
