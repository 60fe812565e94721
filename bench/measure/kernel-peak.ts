import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import type {Command} from '../command.ts';

const gnuTime = '/usr/bin/time';

/** Whether the kernel's own account of a command's memory can be had: its parent must be small, because a child begins with its parent's mark, and GNU time is. */
export const hasKernelPeak = (): boolean => existsSync(gnuTime);

/** The command, run by GNU time, which leaves the mark in `file`; unchanged without GNU time. */
export function withKernelPeak(command: Command, file: string): Command {
	if (!hasKernelPeak()) return command;
	return {...command, program: gnuTime, args: ['--quiet', '--format', '%M', '--output', file, command.program, ...command.args]};
}

/** The largest resident size of the largest process, in bytes; 0 without GNU time. */
export async function readKernelPeak(file: string): Promise<number> {
	if (!hasKernelPeak()) return 0;
	return Number((await readFile(file, 'utf8')).trim()) * 1024;
}
