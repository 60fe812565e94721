import {spawn} from 'node:child_process';
import {once} from 'node:events';

export type Command = {
	program: string;
	args: string[];
	/** The whole environment. */
	env: NodeJS.ProcessEnv;
	cwd?: string;
	/** Another user than ours; root only. */
	user?: {uid: number; gid: number};
};

/** Runs a command to its end and returns what it printed. @throws Error with its output when it fails */
export async function runCommand({program, args, env, cwd, user}: Command, signal: AbortSignal): Promise<string> {
	const child = spawn(program, args, {stdio: ['ignore', 'pipe', 'pipe'], env, signal, ...(cwd !== undefined && {cwd}), ...user});
	let stdout = '';
	let output = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
	for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
	const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null];
	if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code ?? killedBy}: ${output.slice(-4000)}`);
	return stdout;
}
