import test from 'ava';
import {readOperatorOptions} from '../../bench/operator/operator-options.ts';
import {renderOperatorReport} from '../../bench/operator/operator-report.ts';
import {parseMetrics, quantile, sumOf} from '../../bench/operator/read-metrics.ts';
import type {OperatorFigures} from '../../bench/operator/measure-operator.ts';

const text = `# HELP passes_total Passes
# TYPE passes_total counter
passes_total{controller="backup",result="success"} 7
passes_total{controller="restore",result="success"} 2
passes_total{controller="backup",result="error"} 1
seconds_bucket{le="0.1",controller="backup"} 80
seconds_bucket{le="1",controller="backup"} 100
seconds_bucket{le="+Inf",controller="backup"} 100
seconds_bucket{le="0.1",controller="restore"} 100
seconds_bucket{le="1",controller="restore"} 100
seconds_bucket{le="+Inf",controller="restore"} 100
`;

test('metrics of an operator are summed over the labels that do not matter', t => {
	const samples = parseMetrics(text);
	t.is(sumOf(samples, 'passes_total'), 10);
	t.is(sumOf(samples, 'passes_total', {controller: 'backup'}), 8);
	t.is(sumOf(samples, 'passes_total', {result: 'success', controller: 'restore'}), 2);
	t.is(sumOf(samples, 'absent'), 0);
});

test('a quantile is found within its bucket, over all controllers together', t => {
	const samples = parseMetrics(text);
	t.is(quantile(0.9, 'seconds', samples), 0.1);
	t.is(quantile(0.95, 'seconds', samples)?.toFixed(3), '0.550');
	t.is(quantile(0.5, 'seconds', samples, samples), undefined);
});

const figures: OperatorFigures = {syncSeconds: 1.5, firstPassesSeconds: 3, firstPasses: 6050, peakBytes: 190 * 1024 ** 2, steadyBytes: 180 * 1024 ** 2, requestsPerSecond: 0.02, passesPerSecond: 0, relists: 0, reconcileP99Seconds: 0.05, changes: [{what: 'a label of a claim', passes: 1, requests: 0}]};

test('the report says which targets are met, and names those that are not', t => {
	const options = readOperatorOptions([]);
	t.regex(renderOperatorReport(options, figures), /Every target is met\./v);
	const missed = renderOperatorReport(options, {...figures, steadyBytes: 300 * 1024 ** 2, relists: 2});
	t.regex(missed, /Missed: resident memory in the steady state 300 MiB \(≤ 200 MiB\); lists beyond the first 2 \(0\)\./v);
});

test('options that cannot be meant are refused by name', t => {
	t.deepEqual(readOperatorOptions(['--phases', 'fill,measure', '--claims', '10']).phases, ['fill', 'measure']);
	t.throws(() => readOperatorOptions(['--phases', 'dance']), {message: /--phases has no dance/});
	t.throws(() => readOperatorOptions(['--claims', 'many']), {message: /--claims many/});
});
