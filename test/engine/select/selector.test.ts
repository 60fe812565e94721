import test from 'ava';
import {LazaretteError} from '../../../src/base/errors.ts';
import {compileSelector} from '../../../src/engine/select/selector.ts';
import {scopeAt, takes} from './_tree-of-names.ts';

test('without patterns everything is taken', t => {
	t.true(takes({}, ['a', 'b', 'c']));
	t.true(scopeAt({}, [])!.taken);
});

test('an excluded directory is not opened when nothing in it can be re-included', t => {
	t.is(scopeAt({exclude: ['/cache', '!/other/keep']}, ['cache']), undefined);
	t.is(scopeAt({exclude: ['**/node_modules']}, ['a', 'node_modules']), undefined);
	t.is(scopeAt({include: ['/srv/**/*.sql']}, ['var']), undefined);
	t.is(scopeAt({include: ['/srv/a/b']}, ['srv', 'c']), undefined);
	t.is(scopeAt({include: ['a/*/c']}, ['a', 'b', 'd']), undefined);
});

test('an excluded directory is searched, but not taken, when something in it may be re-included', t => {
	const scope = scopeAt({exclude: ['/cache', '!/cache/keep']}, ['cache'])!;
	t.true(scope.searched);
	t.false(scope.taken);
	t.true(scope.enter(Buffer.from('keep')).taken);
	t.false(scope.enter(Buffer.from('other')).searched);
});

test('a directory above an included one is searched, but not taken', t => {
	const scope = scopeAt({include: ['/var/lib/db']}, ['var', 'lib'])!;
	t.false(scope.taken);
	t.true(scope.enter(Buffer.from('db')).taken);
});

test('names that are not UTF-8 match by their bytes, each an unknown character', t => {
	const latin1 = Buffer.from('caf\xe9', 'latin1');
	t.true(takes({include: ['caf?']}, [latin1]));
	t.true(takes({include: ['caf*']}, [latin1]));
	t.true(takes({include: ['caf[!a-z]']}, [latin1]));
	t.false(takes({include: ['café']}, [latin1]));
	t.true(takes({include: ['café']}, ['café']));
	t.true(takes({include: ['??']}, [Buffer.from([0xff, 0xfe])]));
	t.false(takes({include: ['?']}, [Buffer.from([0xff, 0xfe])]));
});

test('names with newlines and other odd characters match like any other', t => {
	for (const name of ['a\nb', '\n', 'a\u2028b', '\ufdd0', '\ufffd', ' ']) {
		t.true(takes({include: ['*']}, [name]), JSON.stringify(name));
		t.true(takes({include: ['**']}, ['x', name, 'y']), JSON.stringify(name));
		t.true(takes({include: [name]}, [name]), JSON.stringify(name));
	}
});

const refused: Record<string, RegExp> = {
	'': /is empty/,
	'!': /is empty/,
	'../up': /\.\./,
	'a/../b': /\.\./,
	'!/../b': /\.\./,
	'a\0b': /zero byte/,
	'[a': /\[ is not closed/,
	'[a/b]': /\[ is not closed/,
	'[b-a]': /runs backwards/,
	'[[:letter:]]': /not known/,
	'{a,b': /\{ is not closed/,
	'{1..100000}': /more than 1000/,
	'@(a|b': /not closed/,
	'@(a/b)': /not closed/,
	'a\\': /backslash/,
	'+(+(a))': /forever/,
	'*(a|aa)': /forever/,
};
for (const [pattern, problem] of Object.entries(refused)) {
	test(`the pattern ${JSON.stringify(pattern)} is refused with its field and what is wrong with it`, t => {
		const error = t.throws(() => compileSelector({exclude: ['fine', pattern]}), {instanceOf: LazaretteError, code: 'InvalidGlob'});
		t.true(error?.message.startsWith(`exclude[1] "${pattern}" is not a valid glob: `), error?.message);
		t.regex(error.message, problem);
		t.is(error?.context.field, 'exclude[1]');
	});
}

test('a list of nothing but ! takes away from nothing and is refused', t => {
	const error = t.throws(() => compileSelector({include: ['!a', '!b']}), {instanceOf: LazaretteError, code: 'InvalidGlob'});
	t.regex(error.hint ?? '', /move it to exclude/);
	t.notThrows(() => compileSelector({exclude: ['!a']}));
});

test('fields are called what the user calls them', t => {
	const error = t.throws(() => compileSelector({include: ['['], fields: {include: 'spec.paths', exclude: ''}}), {instanceOf: LazaretteError});
	t.is(error?.context.field, 'spec.paths[0]');
});
