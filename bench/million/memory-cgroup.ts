import {existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {Command} from '../command.ts';

/** A group of processes that together may use so much memory, page cache and kernel memory included. Gone when it is disposed of. */
export type MemoryCgroup = AsyncDisposable & {
	/** The same command, as a member from its first instruction on. */
	confine(command: Command): Command;
	/** The most that was charged since the last call, in bytes. */
	takePeak(): number;
	/** How often the kernel killed a member. */
	kills(): number;
};

const v1 = '/sys/fs/cgroup/memory';
const v2 = '/sys/fs/cgroup';

/** @throws Error saying why this machine can not */
export function createMemoryCgroup(name: string, limitBytes: number): MemoryCgroup {
	const isV1 = existsSync(join(v1, 'memory.limit_in_bytes'));
	const root = isV1 ? v1 : v2;
	if (!isV1 && !controllersOf(v2).includes('memory')) throw new Error('there is no cgroup with a memory controller');
	const directory = join(root, name);
	try {
		mkdirSync(directory);
		write(isV1 ? 'memory.limit_in_bytes' : 'memory.max', String(limitBytes));
	} catch (error) {
		throw new Error(`a memory cgroup can not be made below ${root}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, {cause: error});
	}

	function write(file: string, text: string): void {
		writeFileSync(join(directory, file), text);
	}
	const read = (file: string): string => readFileSync(join(directory, file), 'utf8');
	const number = (file: string, key: string): number => Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(read(file))?.[1] ?? 0);
	return {
		confine: command => ({...command, program: '/bin/sh', args: ['-c', `echo $$ > ${join(directory, 'cgroup.procs')} && exec "$@"`, 'sh', command.program, ...command.args]}),
		takePeak() {
			const peak = Number(read(isV1 ? 'memory.max_usage_in_bytes' : 'memory.peak'));
			// In v2 the mark can only be taken back from Linux 6.12 on; it then stays the highest of all.
			if (isV1) write('memory.max_usage_in_bytes', '0');
			return peak;
		},
		kills: () => number(isV1 ? 'memory.oom_control' : 'memory.events', 'oom_kill'),
		async [Symbol.asyncDispose]() {
			// The kernel needs a moment to let go of processes that have ended.
			for (let tries = 0; ; tries++) {
				try {
					rmdirSync(directory);
					return;
				} catch (error) {
					if (tries >= 50) throw error;
					await pause(100);
				}
			}
		},
	};
}

function controllersOf(root: string): string[] {
	const file = join(root, 'cgroup.subtree_control');
	return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : [];
}
