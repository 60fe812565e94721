import {execFile} from 'node:child_process';
import {copyFile, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import test from 'ava';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A small tree with one import, judged by the project's own lint rules. */
async function lint(t: {teardown(fn: () => Promise<void>): void}, from: string, specifier: string): Promise<{clean: boolean; output: string}> {
	const directory = await mkdtemp(join(tmpdir(), 'lazarette-arrows-'));
	t.teardown(async () => rm(directory, {recursive: true, force: true}));
	await copyFile(join(root, '.oxlintrc.json'), join(directory, '.oxlintrc.json'));
	await mkdir(join(directory, 'src', from), {recursive: true});
	await writeFile(join(directory, 'src', from, 'probe.ts'), `import {thing} from '${specifier}';\n\nexport const probe = thing;\n`);
	try {
		const {stdout} = await run(join(root, 'node_modules/.bin/oxlint'), ['--deny-warnings', 'src'], {cwd: directory});
		return {clean: true, output: stdout};
	} catch (error) {
		return {clean: false, output: (error as {stdout: string}).stdout};
	}
}

const forbidden: [from: string, to: string[]][] = [
	['base', ['api', 'kube', 'controllers', 'operator', 'mover', 'engine', 'repository', 'storage', 'cli']],
	['api', ['kube', 'controllers', 'operator', 'mover', 'engine', 'repository', 'storage', 'cli']],
	['kube', ['controllers', 'operator', 'mover', 'engine', 'repository', 'storage', 'cli']],
	['controllers', ['operator', 'mover', 'engine', 'repository', 'storage', 'cli']],
	['operator', ['mover', 'engine', 'repository', 'storage', 'cli']],
	['mover', ['kube', 'controllers', 'operator', 'cli']],
	['cli', ['controllers', 'operator', 'mover']],
	['engine', ['api', 'kube', 'controllers', 'operator', 'mover', 'cli']],
	['repository', ['api', 'kube', 'controllers', 'operator', 'mover', 'engine', 'cli']],
	['storage', ['api', 'kube', 'controllers', 'operator', 'mover', 'engine', 'repository', 'cli']],
];

for (const [from, targets] of forbidden) {
	test(`an import from ${from} against the arrows fails the check`, async t => {
		for (const to of targets) {
			const {clean, output} = await lint(t, from, `../${to}/thing.ts`);
			t.false(clean, `${from} -> ${to} was not refused`);
			t.true(output.includes('no-restricted-imports'), output);
		}
	});
}

test('imports along the arrows pass the check', async t => {
	for (const [from, to] of [['kube', 'api'], ['controllers', 'kube'], ['mover', 'engine'], ['engine', 'repository'], ['repository', 'storage'], ['storage', 'base'], ['cli', 'engine']] as const) {
		const {clean, output} = await lint(t, from, `../${to}/thing.ts`);
		t.true(clean, output);
	}
});
