import {execFile} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import {bundle} from '../../scripts/bundle/bundle.ts';
import {projectRoot} from '../../scripts/suite/run-ava.ts';

/** Nobody asks again for what is compiled from a directory of this run only. */
const env = {...process.env, NODE_DISABLE_COMPILE_CACHE: '1'};

test('the bundle finds the program of its content threads, which loads neither walk nor storage', async t => {
	const directory = await mkdtemp(join(tmpdir(), 'lazarette-test-'));
	t.teardown(async () => rm(directory, {recursive: true, force: true}));
	const {outputs} = await bundle('src/main.ts', {outdir: join(directory, 'dist'), write: true});
	const reached = new Set<string>();
	const visit = (file: string): void => {
		if (reached.has(file)) return;
		reached.add(file);
		for (const {path, kind} of outputs[file]!.imports) if (kind === 'import-statement' && outputs[path]) visit(path);
	};
	visit(Object.keys(outputs).find(file => file.endsWith('threads/content-thread.js'))!);
	const sources = [...reached].flatMap(file => Object.keys(outputs[file]!.inputs));
	t.true(sources.some(source => source.endsWith('content-lane.ts')));
	t.deepEqual(sources.filter(source => /^src\/(engine|storage|mover|cli|kube)\//.test(source)), []);

	// Content enough for a thread to be started: one that cannot be would fail the backup.
	await writeFile(join(directory, 'dist/package.json'), '{"type": "module"}\n');
	await symlink(join(projectRoot, 'node_modules'), join(directory, 'dist/node_modules'));
	await mkdir(join(directory, 'source'));
	for (let number = 0; number < 12; number++) await writeFile(join(directory, `source/file-${number}`), randomBytes(1_000_000));
	await writeFile(join(directory, 'password'), 'wueQTmy1tlpgQEGoofPDA7+D+bjSjTYsUGEgPMmYSuU=');
	const lazarette = async (...args: string[]): Promise<string> => {
		const global = ['--repository', join(directory, 'repository'), '--password-file', join(directory, 'password'), '--quiet'];
		return (await promisify(execFile)(process.execPath, [join(directory, 'dist/lazarette.js'), ...global, ...args], {env})).stdout;
	};
	await lazarette('init');
	t.regex(await lazarette('backup', join(directory, 'source')), /12 new/);
	t.regex(await lazarette('check', '--read-data'), /./);
});
