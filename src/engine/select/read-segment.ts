import {literalText} from './name-text.ts';
import {readBracket} from './read-bracket.ts';

/**
Reads one segment of a glob (what stands between two slashes, braces written out) in the dialect of docs/filters.md and writes it for picomatch:
literal text in the spelling of name-text.ts, so that only what the dialect calls an operator is one.
@throws SyntaxError
*/
export function readSegment(segment: string): string {
	let spelled = '';
	/** For every open parenthesis, whether it belongs to a group such as `@(` or is a plain character. */
	const open: Array<'group' | 'plain'> = [];
	for (let at = 0; at < segment.length; at++) {
		const character = segment[at]!;
		if (character === '\\') {
			if (at + 1 === segment.length) throw new SyntaxError('a backslash stands at the end of a name and escapes nothing');
			spelled += literalText(segment[++at]!);
		} else if (character === '[') {
			const bracket = readBracket(segment, at);
			spelled += bracket.spelled;
			at = bracket.end;
		} else if (segment[at + 1] === '(' && '@?*+!'.includes(character)) {
			spelled += `${character}(`;
			open.push('group');
			at++;
		} else if (character === '(') {
			spelled += literalText(character);
			open.push('plain');
		} else if (character === ')') {
			spelled += open.pop() === 'group' ? character : literalText(character);
		} else if (character === '|' && open.includes('group')) {
			spelled += character;
		} else if (character === '*') {
			if (!spelled.endsWith('*')) spelled += character;
		} else {
			spelled += character === '?' ? character : literalText(character);
		}
	}
	if (open.includes('group')) throw new SyntaxError('a group such as @( is not closed before the next slash; write \\( for the character itself');
	return spelled;
}
