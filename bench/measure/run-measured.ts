import {spawn} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {childrenCpuSeconds} from './children-cpu.ts';
import {readKernelPeak, withKernelPeak} from './kernel-peak.ts';
import {machineCpuSeconds} from './machine-load.ts';
import {watchMemory} from './memory-sampler.ts';
import type {Command} from '../command.ts';

export type ProcessFigures = {
	wallSeconds: number;
	/** User and system time of the whole process tree. */
	cpuSeconds: number;
	/** The larger of the two ways to see it: sum over the tree as sampled, and the kernel's mark of the largest process. */
	peakBytes: number;
	/** CPU seconds that everything else on the machine took in that time; a server the command talks to is in it. */
	otherCpuSeconds: number;
};

/** Runs a command alone and measures it. @throws Error with its output unless it ends with 0 */
export async function runMeasured(command: Command, signal: AbortSignal): Promise<ProcessFigures> {
	signal.throwIfAborted();
	const peakFile = join(tmpdir(), `lazarette-bench-peak-${randomUUID()}`);
	const {program, args, env, cwd, user} = withKernelPeak(command, peakFile);
	const cpu = childrenCpuSeconds();
	const machine = machineCpuSeconds();
	const started = performance.now();
	// A session of its own, by which the memory sampler finds the tree.
	const child = spawn(program, args, {stdio: ['ignore', 'pipe', 'pipe'], env, detached: true, ...(cwd !== undefined && {cwd}), ...user});
	const closed = new Promise<void>(resolve => void child.once('close', () => resolve()));
	const ended = new Promise<number | string>((resolve, reject) => {
		child.once('error', reject).once('exit', (code, killedBy) => resolve(code ?? killedBy ?? 'nothing'));
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-16_000)));

	const {pid} = child;
	if (pid === undefined) throw await ended.catch((error: unknown) => error);
	const kill = (): void => void process.kill(-pid, 'SIGTERM');
	const killAtExit = (): void => void process.kill(-pid, 'SIGKILL');
	signal.addEventListener('abort', kill);
	process.once('exit', killAtExit);
	const memory = watchMemory(pid);
	try {
		const code = await ended;
		const wallSeconds = (performance.now() - started) / 1000;
		const machineCpu = machineCpuSeconds() - machine;
		const cpuSeconds = childrenCpuSeconds() - cpu;
		await closed;
		signal.throwIfAborted();
		if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${output}`);
		const {treeBytes, largestBytes} = memory.peaks();
		return {wallSeconds, cpuSeconds, peakBytes: Math.max(treeBytes, largestBytes, await readKernelPeak(peakFile)), otherCpuSeconds: Math.max(0, machineCpu - cpuSeconds)};
	} finally {
		memory.stop();
		signal.removeEventListener('abort', kill);
		process.off('exit', killAtExit);
		await rm(peakFile, {force: true});
	}
}
