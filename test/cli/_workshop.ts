import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {runCli} from '../../src/cli/run-cli.ts';

export type Ran = {code: number; out: string; err: string};

/** A directory with a password, some data and a fresh repository, and `lazarette` in it. */
export async function workshop(t: ExecutionContext): Promise<{directory: string; lazarette(...argv: string[]): Promise<Ran>}> {
	const directory = await mkdtemp(join(tmpdir(), 'lazarette-cli-'));
	t.teardown(async () => rm(directory, {recursive: true, force: true}));
	// Of the generated kind, which costs a few milliseconds to derive a key from; the other one is thought up.
	await writeFile(join(directory, 'password'), 'wueQTmy1tlpgQEGoofPDA7+D+bjSjTYsUGEgPMmYSuU=\n');
	await writeFile(join(directory, 'new-password'), 'second\n');
	await mkdir(join(directory, 'data'));
	await writeFile(join(directory, 'data', 'note'), 'keep me');

	const lazarette = async (...argv: string[]): Promise<Ran> => {
		let [out, err] = ['', ''];
		const code = await runCli(['-r', join(directory, 'repository'), '-p', join(directory, 'password'), ...argv], {
			clock: systemClock,
			random: systemRandom,
			signal: new AbortController().signal,
			out: {write: (text: string) => (out += text)},
			err: {write: (text: string) => (err += text)},
			workingDirectory: directory,
			hostname: 'here',
			username: 'tester',
			exitCode: 0,
			line: text => (out += `${text}\n`),
			bytes: async bytes => void (out += Buffer.from(bytes).toString('latin1')),
			errorLine: text => (err += `${text}\n`),
			dispose() {},
		});
		return {code, out, err};
	};
	return {directory, lazarette};
}

/** What a command printed that must have succeeded. */
export const done = (t: ExecutionContext, ran: Ran): string => {
	t.is(ran.code, 0, ran.err);
	return ran.out;
};
