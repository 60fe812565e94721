import test from 'ava';
import {fillSections} from '../../scripts/generate/document-sections.ts';
import {conditionsPageReasons} from './_documents.ts';
import {fieldTable} from '../../src/api/field-table.ts';
import {structuralSchema} from '../../src/api/structural-schema.ts';
import {choice, integer, list, object, optional, text} from '../../src/api/v1alpha1/fields.ts';
import {reasonsByKind} from '../../src/api/v1alpha1/reasons-by-kind.ts';

test('a page keeps what was written by hand around its generated sections', t => {
	const page = 'before\n<!-- begin spec -->\nold\n<!-- end spec -->\nafter\n';
	t.is(fillSections('a.md', page, new Map([['spec', 'new']])), 'before\n<!-- begin spec -->\n\nnew\n\n<!-- end spec -->\nafter\n');
});

test('filling a page twice changes nothing', t => {
	const sections = new Map([['spec', '| a |']]);
	const once = fillSections('a.md', '<!-- begin spec --><!-- end spec -->', sections);
	t.is(fillSections('a.md', once, sections), once);
});

test('a page that lost the marks of a section is an error, not a stale page', t => {
	t.throws(() => fillSections('docs/a.md', 'nothing here', new Map([['spec', '']])), {message: /docs\/a\.md has no section between <!-- begin spec -->/v});
	t.throws(() => fillSections('docs/a.md', '<!-- end spec --><!-- begin spec -->', new Map([['spec', '']])), {message: /put both marks/v});
});

test('a field\'s row says its type, its default or that it is required, and its rules', t => {
	const table = fieldTable(structuralSchema(object('spec is it.', {
		name: text('name of it.', 63),
		mode: choice('mode of it | them.', ['A', 'B'], {default: 'A'}),
		retry: object('retry is it.', {limit: integer('limit of it.', {minimum: 0, maximum: 9, default: 3})}, {default: {}}),
		tags: optional(list('tags of it.', text('A tag.', 8, {rules: [{rule: 'true', message: 'a tag is a word'}]}), 4)),
	})));
	t.deepEqual(table.split('\n').slice(2), [
		'| `name` | string, at most 63 | *required* | name of it. |',
		'| `mode` | `A` · `B` | `A` | mode of it \\| them. |',
		'| `retry` | object | `{}` | retry is it. |',
		'| `retry.limit` | integer, 0 to 9 | `3` | limit of it. |',
		'| `tags` | list of string, at most 8, at most 4 |  | tags of it. Rule: a tag is a word. |',
	]);
});

test('the conditions page explains every reason that some kind can show, and no other', t => {
	t.deepEqual(conditionsPageReasons(), [...new Set(Object.values(reasonsByKind).flat())].sort());
});
