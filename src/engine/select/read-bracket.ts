import {literalCharacter} from './name-text.ts';

/**
Reads a bracket expression such as `[a-z]`, `[!0-9]` or `[[:upper:]_]` and writes it for picomatch, ASCII characters one by one in the spelling of
name-text.ts.
@throws SyntaxError
*/
export function readBracket(segment: string, start: number): {spelled: string; end: number} {
	let at = start + 1;
	const negated = segment[at] === '!' || segment[at] === '^';
	if (negated) at++;

	const ascii = new Set<number>();
	let beyond = '';
	const add = (from: number, to: number): void => {
		for (let code = from; code <= Math.min(to, 0x7f); code++) if (code !== slash) ascii.add(code);
		if (to > 0x7f) beyond += `${String.fromCodePoint(Math.max(from, 0x80))}-${String.fromCodePoint(to)}`;
	};
	for (let first = true; first || segment[at] !== ']'; first = false) {
		if (at >= segment.length) throw new SyntaxError('a [ is not closed; write \\[ for the character itself');
		const named = /^\[:(\w+):\]/.exec(segment.slice(at, at + 12));
		if (named) {
			for (const code of classCodes(named[1]!)) ascii.add(code);
			at += named[0].length;
			continue;
		}
		const from = member(segment, at);
		at = from.next;
		if (segment[at] !== '-' || segment[at + 1] === ']' || at + 1 >= segment.length) {
			add(from.code, from.code);
			continue;
		}
		const to = member(segment, at + 1);
		if (to.code < from.code) throw new SyntaxError(`the range ${String.fromCodePoint(from.code)}-${String.fromCodePoint(to.code)} runs backwards`);
		add(from.code, to.code);
		at = to.next;
	}
	return {spelled: `[${negated ? '^' : ''}${Array.from(ascii, literalCharacter).join('')}${beyond}]`, end: at};
}

const slash = 0x2f;

function member(segment: string, at: number): {code: number; next: number} {
	const escaped = segment[at] === '\\';
	const place = escaped ? at + 1 : at;
	const code = segment.codePointAt(place);
	if (code === undefined) throw new SyntaxError('a [ is not closed; write \\[ for the character itself');
	return {code, next: place + (code > 0xffff ? 2 : 1)};
}

function classCodes(name: string): number[] {
	const pattern = classes[name];
	if (!pattern) throw new SyntaxError(`[:${name}:] is not known; there are ${Object.keys(classes).join(', ')}`);
	return Array.from({length: 0x80}, (_, code) => code).filter(code => code !== slash && pattern.test(String.fromCharCode(code)));
}

/** POSIX character classes, over ASCII as in the C locale. */
const classes: Record<string, RegExp> = {
	alnum: /[A-Za-z0-9]/,
	alpha: /[A-Za-z]/,
	blank: /[ \t]/,
	cntrl: /[^ -~]/,
	digit: /[0-9]/,
	graph: /[!-~]/,
	lower: /[a-z]/,
	print: /[ -~]/,
	punct: /[!-/:-@[-`{-~]/,
	space: /\s/,
	upper: /[A-Z]/,
	word: /\w/,
	xdigit: /[0-9A-Fa-f]/,
};
