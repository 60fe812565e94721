import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import {buildDist} from '../../scripts/build.ts';

const run = promisify(execFile);
/** Nobody asks again for what is compiled from a directory of this run only. */
const env = {...process.env, NODE_DISABLE_COMPILE_CACHE: '1'};

test('what the image holds backs up and restores without anything else of this tree', async t => {
	const directory = await mkdtemp(join(tmpdir(), 'lazarette-dist-'));
	t.teardown(async () => rm(directory, {recursive: true, force: true}));
	const dist = await buildDist(join(directory, 'dist'));
	await writeFile(join(directory, 'password'), 'wueQTmy1tlpgQEGoofPDA7+D+bjSjTYsUGEgPMmYSuU=');
	await mkdir(join(directory, 'data'));
	await writeFile(join(directory, 'data', 'note'), 'keep me');

	const lazarette = async (...argv: string[]): Promise<string> =>
		(await run(process.execPath, [join(dist, 'lazarette.js'), '-r', 'repository', '-p', 'password', ...argv], {cwd: directory, env})).stdout;
	await lazarette('init');
	await lazarette('backup', 'data', '--as', '/data');
	await lazarette('restore', 'latest', '--from', '/data', '--to', 'back');
	t.is(await readFile(join(directory, 'back', 'note'), 'utf8'), 'keep me');
	t.regex(await lazarette('check', '--read-data'), /no problems were found/);
});
