import {readFileSync, writeFileSync} from 'node:fs';

const begin = '<!-- figures: written by npm run bench -->';
const end = '<!-- end of figures -->';

/** Puts the figures between the markers of a page. @throws Error when the page has no markers */
export function writeDocument(path: string, figures: string): void {
	writeFileSync(path, replaceFigures(readFileSync(path, 'utf8'), figures, path));
}

export function replaceFigures(page: string, figures: string, path: string): string {
	const from = page.indexOf(begin);
	const to = page.indexOf(end);
	if (from === -1 || to < from) throw new Error(`${path} has no lines "${begin}" and "${end}"; the figures were printed only`);
	return `${page.slice(0, from + begin.length)}\n${figures}\n${page.slice(to)}`;
}
