import {readFileSync} from 'node:fs';

export type SilenceWatch = {heard(): void; [Symbol.dispose](): void};

/**
Ends the test processes of a runner from which nothing was heard for so long: the runner then reports each by its file's name and goes on with the next.
AVA's own `timeout` ends all of a run, and not even that while the time that some test has asked for is not over.
*/
export function watchSilence(runner: number, limitMs: number, print: (line: string) => void): SilenceWatch {
	let timer: NodeJS.Timeout;
	const heard = (): void => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			print(`no test has ended for ${Math.round(limitMs / 1000)} s: ending those that run`);
			for (const child of childrenOf(runner)) end(child);
			heard();
		}, limitMs);
	};
	heard();
	return {heard, [Symbol.dispose]: () => clearTimeout(timer)};
}

function end(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It has ended by itself since.
	}
}

/** See proc_pid_task(5). None for a process that has just ended. */
function childrenOf(pid: number): number[] {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
	} catch {
		return [];
	}
}
