import {readFileSync} from 'node:fs';
import test from 'ava';
import {takes} from './_tree-of-names.ts';

const page = readFileSync(new URL('../../../docs/filters.md', import.meta.url), 'utf8');

/** Rows of the table under a heading, each cell as the code spans in it. */
function tableUnder(heading: string): string[][][] {
	const section = page.split(`## ${heading}\n`)[1]!.split('\n## ')[0]!;
	const rows = section.split('\n').filter(line => line.startsWith('|')).slice(2);
	return rows.map(row => row.slice(1, -1).split(/(?<!\\)\|/).map(cell => Array.from(cell.matchAll(/`([^`]+)`/g), match => match[1]!.replaceAll('\\|', '|'))));
}

for (const [[pattern], matching, others] of tableUnder('Patterns') as Array<[string[], string[], string[]]>) {
	test(`docs/filters.md: ${pattern}`, t => {
		t.true(matching.length > 0 && others.length > 0);
		for (const path of matching) t.true(takes({include: [pattern!]}, path.split('/')), `${pattern} should match ${path}`);
		for (const path of others) t.false(takes({include: [pattern!]}, path.split('/')), `${pattern} should not match ${path}`);
		for (const path of matching) t.false(takes({exclude: [pattern!]}, path.split('/')), `exclude ${pattern} should leave out ${path}`);
	});
}

for (const [include, exclude, taken, left] of tableUnder('Lists') as Array<[string[], string[], string[], string[]]>) {
	test(`docs/filters.md: include ${include.join(' ') || 'nothing'}, exclude ${exclude.join(' ') || 'nothing'}`, t => {
		t.true(taken.length > 0 && left.length > 0);
		for (const path of taken) t.true(takes({include, exclude}, path.split('/')), `${path} should be taken`);
		for (const path of left) t.false(takes({include, exclude}, path.split('/')), `${path} should be left out`);
	});
}
