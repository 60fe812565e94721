import test from 'ava';
import {bench} from '../../bench/main.ts';
import {renderReport} from '../../bench/report/render-report.ts';
import {figures} from '../../bench/report/summarize.ts';

// Restored trees are compared inside the run, which rejects when they differ. How long anything took is no test's business.
test('the benchmark measures ours and restic on the same data over S3, and every figure is a positive number', async t => {
	t.timeout(5 * 60_000);
	const results = await bench(['--size', 'tiny', '--sets', 'tree', '--store', 's3', '--runs', '1'], AbortSignal.timeout(4 * 60_000));

	for (const peer of ['lazarette', 'restic']) {
		const samples = results.samples.filter(sample => sample.peer === peer);
		for (const step of ['backup', 'unchanged', 'changed', 'restore', 'check']) t.true(samples.some(sample => sample.step === step), `${peer} ${step}`);
		for (const sample of samples) {
			for (const figure of figures) {
				const value = sample[figure];
				t.true(value !== undefined && Number.isFinite(value) && value > 0, `${peer} ${sample.step}: ${figure} is ${value}`);
			}
		}
	}
	const stored = results.samples.filter(({step}) => step === 'backup').map(({storedBytes}) => storedBytes);
	t.true(stored.every(bytes => bytes > 1e6), 'a repository of a tree of some megabytes is not empty');
	t.regex(renderReport(results), /### Over S3/);
});
