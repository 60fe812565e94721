import {check} from './check.ts';
import {e2e} from './e2e.ts';
import {runAva} from './suite/run-ava.ts';
import type {Counts} from './suite/tap-counter.ts';

/** `npm test`: everything. Each part runs whatever the parts before it found, and the last line is the count. */
const parts: [name: string, run: () => Promise<Counts>][] = [
	['check', check],
	['integration', async () => runAva('integration', 'ava.integration.config.js')],
	['e2e', e2e],
];

const total: Counts = {passed: 0, failed: 0, skipped: 0};
const summary: string[] = [];
for (const [name, run] of parts) {
	console.log(`\n== ${name}`);
	const started = performance.now();
	const counts = await run().catch((error: unknown): Counts => {
		console.error(error);
		return {passed: 0, failed: 1, skipped: 0};
	});
	total.passed += counts.passed;
	total.failed += counts.failed;
	total.skipped += counts.skipped;
	summary.push(`${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

console.log(`\n${summary.join('\n')}`);
process.exitCode = total.failed === 0 ? 0 : 1;
process.on('exit', () => {
	console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
});
