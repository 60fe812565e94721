import {spawn} from 'node:child_process';
import {projectRoot} from './run-ava.ts';

export type StepResult = {name: string; ok: boolean; seconds: number; output: string};

/** Runs a command of the project's own tools to its end, keeping what it printed. */
export async function runStep(name: string, command: string, args: string[]): Promise<StepResult> {
	const started = performance.now();
	const child = spawn(command, args, {cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe']});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
		});
	}

	const code = await new Promise<number>(resolve => {
		child.on('close', exit => {
			resolve(exit ?? 1);
		});
	});
	return {name, ok: code === 0, seconds: (performance.now() - started) / 1000, output};
}
