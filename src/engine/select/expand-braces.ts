import {readBracket} from './read-bracket.ts';

/** More alternatives than this are a mistake, or an attack on memory. */
const limit = 1000;

/**
Writes out `{a,b}` and `{1..9}` as bash does, before anything else of a glob is read: each alternative is a glob of its own and may contain
slashes. Braces without a comma or a range are plain characters and come back escaped.
@throws SyntaxError
*/
export function expandBraces(glob: string): string[] {
	const start = firstBrace(glob);
	if (start < 0) return [glob];
	const group = readGroup(glob, start);
	if (!group) throw new SyntaxError('a { is not closed; write \\{ for the character itself');

	const before = glob.slice(0, start);
	const after = expandBraces(glob.slice(group.end + 1));
	const bodies = group.parts.length > 1 ? group.parts.flatMap(part => expandBraces(part)) : (expandRange(group.parts[0]!) ?? expandBraces(group.parts[0]!).map(body => `\\{${body}\\}`));
	if (bodies.length * after.length > limit) throw new SyntaxError(`its braces stand for more than ${limit} patterns`);
	return bodies.flatMap(body => after.map(rest => before + body + rest));
}

function firstBrace(glob: string): number {
	for (let at = 0; at < glob.length; at = next(glob, at)) if (glob[at] === '{') return at;
	return -1;
}

/** The position after the character at `at`, where an escaped character and a bracket expression count as one. */
function next(glob: string, at: number): number {
	if (glob[at] === '\\') return at + 2;
	return glob[at] === '[' ? readBracket(glob, at).end + 1 : at + 1;
}

function readGroup(glob: string, start: number): {parts: string[]; end: number} | undefined {
	const parts: string[] = [];
	let depth = 0;
	let partStart = start + 1;
	for (let at = start + 1; at < glob.length; at = next(glob, at)) {
		if (glob[at] === '{') depth++;
		else if (glob[at] === '}' && depth-- === 0) return {parts: [...parts, glob.slice(partStart, at)], end: at};
		else if (glob[at] === ',' && depth === 0) {
			parts.push(glob.slice(partStart, at));
			partStart = at + 1;
		}
	}
	return undefined;
}

function expandRange(body: string): string[] | undefined {
	const match = /^(?:(-?\d{1,9})\.\.(-?\d{1,9})|([A-Za-z])\.\.([A-Za-z]))$/.exec(body);
	if (!match) return undefined;
	const [, fromNumber, toNumber, fromLetter, toLetter] = match;
	const from = fromNumber === undefined ? fromLetter!.charCodeAt(0) : Number(fromNumber);
	const to = toNumber === undefined ? toLetter!.charCodeAt(0) : Number(toNumber);
	const count = Math.abs(to - from) + 1;
	if (count > limit) throw new SyntaxError(`its braces stand for more than ${limit} patterns`);

	const values = Array.from({length: count}, (_, index) => (from <= to ? from + index : from - index));
	if (fromNumber === undefined) return values.map(code => String.fromCharCode(code));
	// {08..10}: a leading zero asks for equal widths.
	const width = [fromNumber, toNumber!].some(text => /^-?0\d/.test(text)) ? Math.max(fromNumber.length, toNumber!.length) : 0;
	return values.map(value => (value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0')));
}
