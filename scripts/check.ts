import {describeResult, runAva} from './suite/run-ava.ts';
import {runStep} from './suite/run-step.ts';

/** `npm run check`: types, lint with the import arrows, drift of generated files, and the unit suites; the answer within a minute. */
export async function check(): Promise<{passed: number; failed: number; skipped: number}> {
	const steps = await Promise.all([
		runStep('types', 'node_modules/.bin/tsc', ['-p', 'tsconfig.json']),
		runStep('lint', 'node_modules/.bin/oxlint', ['--type-aware', '--deny-warnings', 'src', 'test', 'scripts', 'bench']),
		runStep('generated files', process.execPath, ['scripts/generate.ts', '--check']),
	]);
	for (const step of steps) {
		console.log(`${step.ok ? 'pass' : 'FAIL'}  ${step.name} (${step.seconds.toFixed(1)} s)`);
		if (!step.ok) console.log(step.output);
	}

	const unit = await runAva('unit', 'ava.config.js');
	console.log(describeResult(unit));
	const failedSteps = steps.filter(step => !step.ok).length;
	return {passed: unit.passed + steps.length - failedSteps, failed: unit.failed + failedSteps, skipped: unit.skipped};
}

if (import.meta.main) {
	const result = await check();
	process.exitCode = result.failed === 0 ? 0 : 1;
}
