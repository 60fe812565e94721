import {spawn} from 'node:child_process';
import {homedir} from 'node:os';

/** The machine's own commands only: `node_modules/.bin` holds an unrelated `nft`, for one. */
export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export type CommandOptions = {
	/** Complete environment; default: nothing but `systemPath` and HOME. */
	env?: NodeJS.ProcessEnv;
	cwd?: string;
	input?: string;
	signal?: AbortSignal;
};

export class CommandError extends Error {
	override readonly name = 'CommandError';
	readonly exitCode: number | null;

	constructor(argv: readonly string[], exitCode: number | null, output: string) {
		super(`${argv.slice(0, 4).join(' ')} ended with ${exitCode ?? 'a signal'}: ${output.trim().split('\n').slice(-12).join('\n')}`);
		this.exitCode = exitCode;
	}
}

/** Runs a command to its end and returns its standard output; throws `CommandError` with the end of its error output. */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
	const [command = '', ...rest] = argv;
	const child = spawn(command, rest, {
		env: options.env ?? {PATH: systemPath, HOME: homedir()},
		stdio: ['pipe', 'pipe', 'pipe'],
		...(options.cwd === undefined ? {} : {cwd: options.cwd}),
		...(options.signal === undefined ? {} : {signal: options.signal}),
	});
	let output = '';
	let errors = '';
	child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
	child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
	// A command that ends without reading its input closes the pipe; its exit code is what counts.
	child.stdin.on('error', () => undefined).end(options.input ?? '');
	const {promise, resolve, reject} = Promise.withResolvers<number | null>();
	child.on('error', reject).on('close', resolve);
	const exitCode = await promise;
	if (exitCode !== 0) throw new CommandError(argv, exitCode, errors || output);
	return output;
}

/** Like `run`, for questions: whether the command succeeded. */
export async function succeeds(argv: readonly string[], options: CommandOptions = {}): Promise<boolean> {
	try {
		await run(argv, options);
		return true;
	} catch (error) {
		if (error instanceof CommandError) return false;
		throw error;
	}
}
