import test from 'ava';
import fc from 'fast-check';
import {isLazaretteError} from '../../../src/base/errors.ts';
import {compileSelector} from '../../../src/engine/select/selector.ts';
import type {Patterns} from '../../../src/engine/select/selector.ts';
import {bytes, takes} from './_tree-of-names.ts';
import type {Path} from './_tree-of-names.ts';

const runs = {numRuns: 500};

const characters = fc.constantFrom(...'ab.*?[]{}()!+@|"$^,~\'-\\ \n;#&<>=:%1_'.split(''), 'é', '\ufdd0', '\ufffd', '😀', 'e\u0301');
const oddName = fc
	.array(characters, {minLength: 1, maxLength: 5})
	.map(parts => parts.join(''))
	.filter(name => name !== '.' && name !== '..');

const escape = (name: string): string => name.replaceAll(/[!-.:-@[-^`{-~]/g, String.raw`\$&`);

test('an escaped name matches exactly that name, whatever characters it has', t => {
	fc.assert(fc.property(oddName, oddName, (name, other) => {
		t.true(takes({include: [escape(name)]}, [name]));
		t.is(takes({include: [escape(name)]}, [other]), name === other);
		t.true(takes({include: [`**/${escape(name)}/*`]}, ['any', 'where', name, other]));
		t.is(takes({include: [`/${escape(name)}/x`]}, [other, 'x']), name === other);
	}), runs);
});

test('different names are never the same to a pattern, whatever their bytes', t => {
	const rawName = fc.uint8Array({minLength: 1, maxLength: 6}).map(raw => Buffer.from(raw)).filter(name => !name.includes(0x2f) && !name.includes(0));
	fc.assert(fc.property(rawName, rawName, (name, other) => {
		// A pattern can only name what is text; two names that one pattern of plain text matches are one name.
		const text = name.toString();
		if (takes({include: [escape(text)]}, [name]) && takes({include: [escape(text)]}, [other])) t.true(name.equals(other));
		t.true(takes({include: ['*']}, [name]));
	}), runs);
});

test('whatever is written as a pattern is either understood or refused as an invalid glob', t => {
	const pattern = fc.array(fc.oneof(characters, fc.constantFrom('/', '**', '@(', '!(', '{', '}', '[', ']', '..', '*'))).map(parts => parts.join(''));
	fc.assert(fc.property(pattern, pattern => {
		try {
			takes({exclude: [pattern]}, ['a', 'b']);
		} catch (error) {
			t.true(isLazaretteError(error, 'InvalidGlob'));
		}
		t.pass();
	}), runs);
});

const segment = fc.constantFrom('a', 'b', 'c', '*', '?', '**', 'a*', '[ab]', '!(a)', '{a,b}', '@(b|c)');
const glob = fc
	.tuple(fc.boolean(), fc.array(segment, {minLength: 1, maxLength: 4}), fc.boolean())
	.map(([negated, segments, directories]) => `${negated ? '!' : ''}/${segments.join('/')}${directories ? '/' : ''}`);
const path = fc.array(fc.constantFrom('a', 'b', 'c', 'ab'), {minLength: 1, maxLength: 5});

/** The rules of docs/filters.md, word by word and without any of the shortcuts. */
function wanted({include = [], exclude = []}: Patterns, path: Path): boolean {
	const decide = (list: readonly string[], otherwise: boolean): boolean => {
		for (const pattern of list.toReversed()) {
			const positive = pattern.startsWith('!') ? pattern.slice(1) : pattern;
			if (matchesItOrAbove(positive, path)) return positive === pattern;
		}
		return otherwise;
	};
	return decide(include, include.length === 0) && !decide(exclude, false);
}

function matchesItOrAbove(pattern: string, path: Path): boolean {
	const scopes = path.slice(0, -1).reduce<Array<ReturnType<typeof compileSelector>>>((above, name) => [...above, above.at(-1)!.enter(bytes(name))], [compileSelector({include: [pattern]})]);
	return scopes.some(scope => scope.taken) || scopes.at(-1)!.takes(bytes(path.at(-1)!));
}

test('leaving directories unread never changes what is taken', t => {
	const list = fc.array(glob, {maxLength: 4});
	fc.assert(fc.property(list, list, path, (include, exclude, path) => {
		fc.pre(include.length === 0 || include.some(pattern => !pattern.startsWith('!')));
		t.is(takes({include, exclude}, path), wanted({include, exclude}, path));
	}), runs);
});

test('excluding is the opposite of including', t => {
	fc.assert(fc.property(glob.filter(pattern => !pattern.startsWith('!')), path, (pattern, path) => {
		t.not(takes({include: [pattern]}, path), takes({exclude: [pattern]}, path));
	}), runs);
});
