import {spawn} from 'node:child_process';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {watchSilence} from './silence-watch.ts';
import {createTapCounter} from './tap-counter.ts';
import type {Counts} from './tap-counter.ts';

/** Types are stripped and code is compiled once, not in each of the many processes. */
const compileCache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'lazarette', 'node-compile');

/** Longer than any test of the suite needs on a slow machine. */
const longestSilenceMs = {unit: 3 * 60_000, integration: 8 * 60_000, e2e: 12 * 60_000};

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

export type SuiteResult = Counts & {suite: keyof typeof longestSilenceMs; seconds: number};

/** Runs one AVA configuration, prints a line per test with the diagnostics of failures, and counts. A runner that dies without a verdict counts as a failure. */
export async function runAva(suite: keyof typeof longestSilenceMs, config: string, patterns: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<SuiteResult> {
	const started = performance.now();
	const counter = createTapCounter(line => console.log(line));
	const child = spawn(process.execPath, ['node_modules/ava/entrypoints/cli.js', '--config', config, '--tap', ...patterns], {
		cwd: projectRoot,
		stdio: ['ignore', 'pipe', 'inherit'],
		env: {...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning', NODE_COMPILE_CACHE: compileCache, ...env},
	});
	const exit = new Promise<number>(resolve => {
		child.on('close', code => {
			resolve(code ?? 1);
		});
	});
	using watch = watchSilence(child.pid!, longestSilenceMs[suite], line => console.log(line));
	for await (const line of createInterface({input: child.stdout})) {
		watch.heard();
		counter.line(line);
	}
	const code = await exit;

	const counts = counter.counts();
	if (code !== 0 && counts.failed === 0) counts.failed = 1;
	if (code === 0 && counts.passed === 0 && patterns.length === 0) {
		console.log(`${suite}: no test was run`);
		counts.failed += 1;
	}

	return {suite, seconds: (performance.now() - started) / 1000, ...counts};
}

export const describeResult = (result: SuiteResult): string =>
	`${result.suite}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped in ${result.seconds.toFixed(0)} s`;
