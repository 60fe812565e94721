import toAbsoluteGlob from '@dsherret/to-absolute-glob';
import picomatch from 'picomatch';
import {LazaretteError} from '../../base/errors.ts';
import {expandBraces} from './expand-braces.ts';
import {readSegment} from './read-segment.ts';

/** One pattern, compiled once: it matches a path when one of its alternatives does. */
export type Glob = {
	/** It began with `!`. */
	negated: boolean;
	/** It ended with a slash. */
	directoriesOnly: boolean;
	alternatives: ReadonlyArray<readonly SegmentMatcher[]>;
};

/** Tells for a name, as `nameText` spells it, whether this segment matches it; `anyDepth` is `**`, any number of names. */
export type SegmentMatcher = typeof anyDepth | ((name: string) => boolean);

export const anyDepth = Symbol('**');

/**
Compiles a pattern as a user wrote it. The volume's root is `/` wherever it is mounted, so `/var`, `var` and `./var` are the same.
@param field where the pattern stands, e.g. `exclude[2]`, for the message
@throws LazaretteError `InvalidGlob` naming the field, the pattern and what is wrong with it
*/
export function compileGlob(pattern: string, field: string): Glob {
	try {
		if (pattern === '' || pattern === '!') throw new SyntaxError('it is empty');
		if (pattern.includes('\0')) throw new SyntaxError('it contains a zero byte, which no name can');
		const absolute = toAbsoluteGlob(pattern, {root: '/', cwd: '/'});
		const negated = absolute.startsWith('!');
		const glob = negated ? absolute.slice(1) : absolute;
		return {negated, directoriesOnly: glob.endsWith('/'), alternatives: expandBraces(glob).map(alternative => compileSegments(alternative))};
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		throw new LazaretteError('InvalidGlob', `${field} "${pattern}" is not a valid glob: ${error.message}`, {
			hint: `correct ${field}; nothing was read or written`,
			context: {field, pattern},
			cause: error,
		});
	}
}

function compileSegments(glob: string): SegmentMatcher[] {
	const segments = glob.split('/').filter(segment => segment !== '' && segment !== '.');
	if (segments.includes('..')) throw new SyntaxError('it contains .., and nothing above the volume is ever read');
	return segments.map(segment => (segment === '**' ? anyDepth : compileSegment(segment)));
}

function compileSegment(segment: string): (name: string) => boolean {
	const spelled = readSegment(segment);
	const matcher = picomatch.makeRe(spelled, options);
	// picomatch takes a group for plain text when matching it could take exponential time; a pattern that then matches nothing must not pass.
	if (matcher.source !== picomatch.makeRe(spelled, unguarded).source) {
		throw new SyntaxError(`"${segment}" repeats a repetition, which could take forever to match; write it with fewer *( and +(`);
	}
	return name => matcher.test(name);
}

const options = {
	dot: true,
	nonegate: true,
	fastpaths: false,
	/** Otherwise `[ab]` would match the text `[ab]` as well. */
	literalBrackets: false,
	/** A name may contain newlines, which `.` leaves out otherwise, and characters of two UTF-16 units, which `?` would halve. */
	flags: 'su',
	/** Otherwise a segment that makes no regular expression silently matches nothing. */
	debug: true,
} as const;

/** Not among the package's types. */
const unguarded = {...options, maxExtglobRecursion: false};
