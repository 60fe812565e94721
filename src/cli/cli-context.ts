import type {Clock} from '../base/clock.ts';
import {systemClock} from '../base/clock.ts';
import {LazaretteError} from '../base/errors.ts';
import type {Random} from '../base/random.ts';
import {systemRandom} from '../base/random.ts';
import {hostname as hostnameOf} from 'node:os';
import {watchOutput} from './watch-output.ts';
import type {OutputFailure} from './watch-output.ts';

export type GlobalOptions = {
	repository?: string;
	passwordFile?: string;
	caFile?: string;
	json: boolean;
	quiet: boolean;
	lock: boolean;
	retryLock?: number;
};

type Output = {write(text: string): unknown; isTTY?: boolean; columns?: number};

/** What a command has of the world around it. */
export type CliContext = {
	clock: Clock;
	random: Random;
	signal: AbortSignal;
	out: Output;
	err: Output;
	workingDirectory: string;
	hostname: string;
	username: string;
	/** What the process returns when nothing was thrown. */
	exitCode: number;
	/** Set once what is written to `out` gets lost. */
	readonly outputFailure?: OutputFailure | undefined;
	line(text: string): void;
	/** Content to stdout, as it is; resolves when there is room for more. */
	bytes(bytes: Uint8Array): Promise<void>;
	errorLine(text: string): void;
	dispose(): void;
};

/** Exit code of a command that did its work and has warnings to tell. */
export const warningsExitCode = 10;

export function systemContext(): CliContext {
	const controller = new AbortController();
	const stop = (): void => controller.abort(new LazaretteError('Cancelled', 'interrupted', {hint: 'what was done so far is whole, and the repository too; the same command again does the rest'}));
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
	let outputFailure: OutputFailure | undefined;
	watchOutput(process.stdout, process.stderr, failure => {
		outputFailure ??= failure;
		controller.abort(failure.error);
	});
	return {
		clock: systemClock,
		random: systemRandom,
		signal: controller.signal,
		out: process.stdout,
		err: process.stderr,
		workingDirectory: process.cwd(),
		hostname: hostnameOf(),
		username: process.env['USER'] ?? process.env['LOGNAME'] ?? 'root',
		exitCode: 0,
		get outputFailure() {
			return outputFailure;
		},
		line: text => process.stdout.write(`${text}\n`),
		bytes: async bytes => new Promise((resolve, reject) => void process.stdout.write(bytes, error => (error ? reject(error) : resolve()))),
		errorLine: text => process.stderr.write(`${text}\n`),
		dispose() {
			process.off('SIGINT', stop);
			process.off('SIGTERM', stop);
		},
	};
}
