import {describeResult, runAva} from './suite/run-ava.ts';
import {runStep} from './suite/run-step.ts';
import type {StepResult} from './suite/run-step.ts';

/** `npm run check`: types, lint with the import arrows, drift of generated files, and the unit suites; the answer within a minute. */
export async function check(): Promise<{passed: number; failed: number; skipped: number}> {
	// At once, so that no core waits for a disk or for the last of a step.
	const [unit, ...steps] = await Promise.all([
		runAva('unit', 'ava.config.js'),
		reported('types', 'node_modules/.bin/tsc', ['-p', 'tsconfig.json']),
		reported('lint', 'node_modules/.bin/oxlint', ['--type-aware', '--deny-warnings', 'src', 'test', 'scripts', 'bench']),
		reported('generated files', process.execPath, ['scripts/generate.ts', '--check']),
	]);
	console.log(describeResult(unit));
	const failedSteps = steps.filter(step => !step.ok);
	for (const {name, output} of failedSteps) console.log(`FAIL  ${name}\n${output}`);
	return {passed: unit.passed + steps.length - failedSteps.length, failed: unit.failed + failedSteps.length, skipped: unit.skipped};
}

async function reported(...step: Parameters<typeof runStep>): Promise<StepResult> {
	const result = await runStep(...step);
	console.log(`${result.ok ? 'pass' : 'FAIL'}  ${result.name} (${result.seconds.toFixed(1)} s)`);
	return result;
}

if (import.meta.main) {
	const result = await check();
	process.exitCode = result.failed === 0 ? 0 : 1;
}
