import {execFile} from 'node:child_process';
import {copyFile, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import test from 'ava';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

const forbidden: Array<[from: string, to: string[]]> = [
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

const allowed: Array<[from: string, to: string[]]> = [
	['kube', ['api']],
	['controllers', ['kube']],
	['mover', ['engine']],
	['engine', ['repository']],
	['repository', ['storage']],
	['storage', ['base']],
	['cli', ['engine']],
];

const probe = (from: string, to: string): string => `src/${from}/to-${to}.ts`;

/** A small tree with every one of these imports, judged by the project's own lint rules. What is refused, by file. */
async function lint(): Promise<Map<string, string[]>> {
	const directory = await mkdtemp(join(tmpdir(), 'lazarette-arrows-'));
	try {
		await copyFile(join(root, '.oxlintrc.json'), join(directory, '.oxlintrc.json'));
		for (const [from, targets] of [...forbidden, ...allowed]) {
			await mkdir(join(directory, 'src', from), {recursive: true});
			for (const to of targets) await writeFile(join(directory, probe(from, to)), `import {thing} from '../${to}/thing.ts';\n\nexport const probe = thing;\n`);
		}

		const linter = run(join(root, 'node_modules/.bin/oxlint'), ['--deny-warnings', '--format', 'json', 'src'], {cwd: directory});
		const {stdout} = await linter.catch((error: unknown) => error as {stdout: string});
		const {diagnostics} = JSON.parse(stdout) as {diagnostics: Array<{filename: string; code: string}>};
		const byFile = Map.groupBy(diagnostics, ({filename}) => filename);
		return new Map(Array.from(byFile, ([file, found]) => [file, found.map(({code}) => code)]));
	} finally {
		await rm(directory, {recursive: true, force: true});
	}
}

const refused = await lint();

for (const [from, targets] of forbidden) {
	test(`an import from ${from} against the arrows fails the check`, t => {
		for (const to of targets) t.deepEqual(refused.get(probe(from, to)), ['eslint(no-restricted-imports)'], `${from} -> ${to}`);
	});
}

test('imports along the arrows pass the check', t => {
	for (const [from, targets] of allowed) for (const to of targets) t.is(refused.get(probe(from, to)), undefined, `${from} -> ${to}`);
});
