import {readFileSync, writeFileSync} from 'node:fs';

const end = '<!-- end of figures -->';

/** Puts the figures of a command between its markers of a page. @throws Error when the page has no such markers */
export function writeDocument(path: string, figures: string, command = 'npm run bench'): void {
	writeFileSync(path, replaceFigures(readFileSync(path, 'utf8'), figures, path, command));
}

export function replaceFigures(page: string, figures: string, path: string, command = 'npm run bench'): string {
	const begin = `<!-- figures: written by ${command} -->`;
	const from = page.indexOf(begin);
	const to = page.indexOf(end, from);
	if (from === -1 || to < from) throw new Error(`${path} has no lines "${begin}" and "${end}"; the figures were printed only`);
	return `${page.slice(0, from + begin.length)}\n${figures}\n${page.slice(to)}`;
}
