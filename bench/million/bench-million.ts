import {closeSync, mkdirSync, openSync, rmSync, writeSync} from 'node:fs';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import {projectRoot} from '../../scripts/suite/run-ava.ts';
import {runCommand} from '../command.ts';
import {runMeasured} from '../measure/run-measured.ts';
import {bundleInto} from '../peers/bundle-into.ts';
import {readImageStart} from '../peers/image-start.ts';
import {createMemoryCgroup} from './memory-cgroup.ts';
import type {Command} from '../command.ts';

const mebibyte = 1024 * 1024;
const limitBytes = 256 * mebibyte;
const folders = 1000;
const perFolder = 1000;

export type MillionStep = {step: string; wallSeconds: number; peakRssMiB: number; cgroupPeakMiB: number; kills: number};

/**
`npm run bench -- million`: a million small files backed up, backed up again unchanged, restored, forgotten and pruned, each by a process as the image runs it, inside a
memory cgroup of 256 MiB. `--flat`: all of them in one directory; a further argument is where to work. What it reads and writes is on disk: page cache and inodes count against the group, and the kernel takes them back when it is full.
@throws Error when a step fails or the kernel kills one
*/
export async function benchMillion(argv: readonly string[], signal: AbortSignal): Promise<MillionStep[]> {
	const isFlat = argv.includes('--flat');
	const base = argv.find(argument => !argument.startsWith('--')) ?? tmpdir();
	const directory = await mkdtemp(join(base, 'lazarette-million-'));
	try {
		await using cgroup = createMemoryCgroup(`lazarette-million-${process.pid}`, limitBytes);
		const source = join(directory, 'source');
		const password = join(directory, 'password');
		await writeFile(password, 'a password for a bench\n', {mode: 0o600});
		await bundleInto(join(directory, 'dist'));
		const start = readImageStart(await readFile(join(projectRoot, 'Dockerfile'), 'utf8'), join(directory, 'dist'));
		const call = (args: string[]): Command => ({
			program: process.execPath,
			args: [...start.args, '--quiet', ...args],
			env: {PATH: process.env.PATH, HOME: directory, ...start.env, LAZARETTE_REPOSITORY: join(directory, 'repository'), LAZARETTE_PASSWORD_FILE: password},
		});
		console.error(`making ${folders * perFolder} files in ${directory}`);
		await makeFiles(source, isFlat, signal);
		await runCommand(call(['init']), signal);

		const steps: MillionStep[] = [];
		const measure = async (step: string, args: string[]): Promise<void> => {
			cgroup.takePeak();
			const before = cgroup.kills();
			const {wallSeconds, peakBytes} = await runMeasured(cgroup.confine(call(args)), signal);
			const measured = {step, wallSeconds, peakRssMiB: peakBytes / mebibyte, cgroupPeakMiB: cgroup.takePeak() / mebibyte, kills: cgroup.kills() - before};
			console.error(`  ${step.padEnd(18)} ${wallSeconds.toFixed(1).padStart(6)} s  process ${measured.peakRssMiB.toFixed(0).padStart(4)} MiB, with caches and kernel ${measured.cgroupPeakMiB.toFixed(0).padStart(4)} MiB`);
			steps.push(measured);
		};
		await measure('backup', ['backup', source, '--as', '/volume']);
		await measure('backup, unchanged', ['backup', source, '--as', '/volume']);
		await measure('restore', ['restore', 'latest', '--from', '/volume', '--to', join(directory, 'restored')]);
		// A tenth goes, so that a prune has something to do.
		if (isFlat) for (let file = 0; file < folders * perFolder; file += 10) rmSync(join(source, `file-${file}`));
		else for (let folder = 0; folder < folders; folder += 10) rmSync(join(source, folderName(folder)), {recursive: true});
		await measure('backup, changed', ['backup', source, '--as', '/volume']);
		await measure('forget', ['forget', '--keep-last', '1']);
		await measure('prune', ['prune']);
		await measure('check', ['check', '--read-data']);
		return steps;
	} finally {
		await rm(directory, {recursive: true, force: true});
	}
}

const folderName = (folder: number): string => `folder-${String(folder).padStart(4, '0')}`;

/** Every tenth holds a line, the others nothing, as in mail queues and caches. */
async function makeFiles(source: string, isFlat: boolean, signal: AbortSignal): Promise<void> {
	mkdirSync(source);
	for (let folder = 0; folder < folders; folder++) {
		const path = isFlat ? source : join(source, folderName(folder));
		mkdirSync(path, {recursive: true});
		for (let file = 0; file < perFolder; file++) {
			const fd = openSync(join(path, `file-${isFlat ? folder * perFolder + file : file}`), 'w');
			if (file % 10 === 0) writeSync(fd, `${folder} ${file}\n`);
			closeSync(fd);
		}
		await turn();
		signal.throwIfAborted();
	}
}
