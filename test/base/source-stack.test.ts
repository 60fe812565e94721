import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import test from 'ava';
import {sourceStack} from '../../src/base/source-stack.ts';

test('the stack of an unexpected error names the places in the sources; what has no map stays as it is', async t => {
	const directory = await mkdtemp(join(tmpdir(), 'lazarette-stack-'));
	t.teardown(async () => rm(directory, {recursive: true, force: true}));
	const file = join(directory, 'bundle.js');
	await writeFile(file, 'export const fail = () => { throw new Error("boom"); };\n');
	// One segment: column 0 of line 0 comes from line 41, column 7 of the only source.
	await writeFile(`${file}.map`, JSON.stringify({version: 3, sources: ['../src/deep/fail.ts'], names: [], mappings: 'AAyCO'}));
	const {fail} = (await import(pathToFileURL(file).href)) as {fail(): never};
	const error = t.throws(fail);
	t.regex(error.stack ?? '', /bundle\.js:1:/);
	const stack = sourceStack(error);
	t.regex(stack, new RegExp(`fail \\(${join(directory, '../src/deep/fail.ts')}:42:8\\)`));
	t.notRegex(stack, /bundle\.js/);
	t.true(stack.includes('source-stack.test.ts'), 'frames without a map are kept');
	t.is(sourceStack(Object.assign(new Error('x'), {stack: undefined as unknown as string})), '');
});
