import {readFileSync} from 'node:fs';

/** Reasons in the section of docs/conditions.md that explains those of Ready. */
export function conditionsPageReasons(): string[] {
	const page = readFileSync(new URL('../../docs/conditions.md', import.meta.url), 'utf8');
	const section = page.slice(page.indexOf('<!-- begin reasons -->'), page.indexOf('<!-- end reasons -->'));
	return [...section.matchAll(/^\| `(?<reason>\w+)` \|/gmv)].map(match => match.groups?.['reason'] ?? '').sort();
}
