import test from 'ava';
import type {ExecutionContext} from 'ava';
import {createRegistry} from '../../src/base/metrics.ts';
import {createControllerMetrics} from '../../src/controllers/shared/controller-metrics.ts';
import {registerStateMetrics} from '../../src/controllers/shared/state-metrics.ts';
import {createKubeMetrics} from '../../src/kube/metrics.ts';
import {chartRules} from './_promtool.ts';
import type {Rules, Series} from './_promtool.ts';

// Two replicas, of which one works; both show what their caches hold.
const [working, waiting] = ['pod="lazarette-a"', 'pod="lazarette-b"'];
const leader = (pod: string): string => `leader_election_master_status{name="lazarette-operator",${pod}}`;
const offsite = (metric: string, pod = working): string => `${metric}{namespace="shop",repository="offsite",${pod}}`;
const queue = (metric: string, namespace = 'shop', pod = working): string => `${metric}{namespace="${namespace}",${pod}}`;
const failed = (reason: string, pod = working): string => `lazarette_backup_outcomes_total{namespace="shop",outcome="Failed",reason="${reason}",${pod}}`;
const repository = {namespace: 'shop', repository: 'offsite'};

type Case = [title: string, alert: string, series: Series, at: string, fires: Array<Record<string, string>>];

const cases: Case[] = [
	['no operator has worked for ten minutes', 'LazaretteOperatorMissing', {[leader(working)]: '1x10 0x30', [leader(waiting)]: '0x60'}, '25m', [{}]],
	['no operator is there at all', 'LazaretteOperatorMissing', {up: '0x60'}, '12m', [{}]],
	['another replica takes over within some minutes', 'LazaretteOperatorMissing', {[leader(working)]: '1x10 0x60', [leader(waiting)]: '0x15 1x60'}, '30m', []],

	['a repository cannot be used for a quarter of an hour', 'LazaretteRepositoryNotReady', {[offsite('lazarette_repository_ready')]: '1x5 0x30', [offsite('lazarette_repository_ready', waiting)]: '1x5 0x30'}, '25m', [repository]],
	['a repository is looked at again for a few minutes', 'LazaretteRepositoryNotReady', {[offsite('lazarette_repository_ready')]: '1x5 0x10 1x30'}, '25m', []],

	['the store of a repository has not answered for a while', 'LazaretteCircuitOpen', {[offsite('lazarette_repository_circuit_open')]: '0x5 1x20'}, '15m', [repository]],
	['the store is back soon', 'LazaretteCircuitOpen', {[offsite('lazarette_repository_circuit_open')]: '0x5 1x3 0x20'}, '15m', []],

	['the first backup of all that fails', 'LazaretteBackupsFail', {[failed('SourceEmpty')]: '_x20 1x90'}, '30m', [{namespace: 'shop', reason: 'SourceEmpty'}]],
	['another backup fails, for the same reason as long ago', 'LazaretteBackupsFail', {[failed('SourceEmpty')]: '1x100 2x90'}, '110m', [{namespace: 'shop', reason: 'SourceEmpty'}]],
	['a backup fails after the operator was started again', 'LazaretteBackupsFail', {[failed('TargetFull')]: '3x90', [failed('TargetFull', waiting)]: '_x95 1x60'}, '100m', [{namespace: 'shop', reason: 'TargetFull'}]],
	['failures that are long past', 'LazaretteBackupsFail', {[failed('SourceEmpty')]: '_x20 1x200'}, '90m', []],
	['backups that succeed', 'LazaretteBackupsFail', {[`lazarette_backup_outcomes_total{namespace="shop",outcome="Succeeded",reason="Succeeded",${working}}`]: '0+1x200'}, '90m', []],

	['the newest archive is too old', 'LazaretteNewestArchiveTooOld', {[offsite('lazarette_repository_newest_archive_timestamp_seconds')]: '0x1700', [offsite('lazarette_repository_newest_archive_timestamp_seconds', waiting)]: '0x1700'}, '1580m', [repository]],
	['a new archive every day', 'LazaretteNewestArchiveTooOld', {[offsite('lazarette_repository_newest_archive_timestamp_seconds')]: '0x1439 86400x1439 172800x200'}, '2900m', []],
	['a repository that never had an archive', 'LazaretteNewestArchiveTooOld', {[offsite('lazarette_repository_ready')]: '1x1700'}, '1600m', []],

	['claims wait and no mover works anywhere', 'LazaretteQueueStuck', {[queue('lazarette_queue_length')]: '3x60', [queue('lazarette_movers', 'other')]: '0x60'}, '40m', [{namespace: 'shop'}]],
	['claims wait and nobody knows of a mover', 'LazaretteQueueStuck', {[queue('lazarette_queue_length')]: '3x60', [queue('lazarette_queue_length', 'shop', waiting)]: '3x60'}, '40m', [{namespace: 'shop'}]],
	['claims wait while those of another namespace are saved', 'LazaretteQueueStuck', {[queue('lazarette_queue_length')]: '3x60', [queue('lazarette_movers', 'other')]: '2x60'}, '40m', []],

	['a queue that has been long for an hour', 'LazaretteQueueLong', {[queue('lazarette_queue_length')]: '101x90'}, '70m', [{namespace: 'shop'}]],
	['a queue that is long every now and then', 'LazaretteQueueLong', {[queue('lazarette_queue_length')]: '101x50 100x5 101x50'}, '70m', []],
];

let rendered: Promise<Rules> | undefined;

/** The chart as it comes, rendered once. */
const usualRules = async (t: ExecutionContext): Promise<Rules> => (rendered ??= chartRules(t));

for (const [title, alert, series, at, fires] of cases) {
	test(`${alert} ${fires.length > 0 ? 'is raised' : 'stays silent'}: ${title}`, async t => {
		const {firing, rules} = await usualRules(t);
		const {severity} = rules.find(rule => rule.alert === alert)!.labels;
		t.deepEqual(await firing(alert, series, at), fires.map(labels => ({alertname: alert, ...labels, severity: severity!})));
	});
}

test('the chart\'s values decide what is too old and too long', async t => {
	const {firing} = await chartRules(t, {'alerts.newestArchiveHours': 1.5, 'alerts.queueLength': 2});
	t.is((await firing('LazaretteNewestArchiveTooOld', {[offsite('lazarette_repository_newest_archive_timestamp_seconds')]: '0x200'}, '110m')).length, 1);
	t.is((await firing('LazaretteQueueLong', {[queue('lazarette_queue_length')]: '3x90'}, '70m')).length, 1);
});

test('promtool finds no fault, every alert is proven both ways, and asks only for metrics that the operator has', async t => {
	const {rules, checked} = await usualRules(t);
	t.regex(await checked(), /SUCCESS: 7 rules found/v);
	const proven = (isRaised: boolean): string[] => [...new Set(cases.filter(([, , , , fires]) => fires.length > 0 === isRaised).map(([, alert]) => alert))].toSorted();
	const alerts = rules.map(({alert}) => alert).toSorted();
	t.deepEqual(proven(true), alerts);
	t.deepEqual(proven(false), alerts);

	const registry = createRegistry();
	createKubeMetrics(registry);
	createControllerMetrics(registry);
	registerStateMetrics(registry, {queue: undefined as never, caches: undefined as never});
	const known = new Set(registry.getMetricsAsArray().map(({name}) => name));
	const asked = rules.flatMap(({expr}) => expr.match(/\b(?:lazarette|leader|controller_runtime|workqueue)_\w+/gv) ?? []);
	t.deepEqual(asked.filter(name => !known.has(name)), []);
	for (const {annotations} of rules) t.true(annotations['summary']!.length > 0 && annotations['description']!.length > 0);
});
