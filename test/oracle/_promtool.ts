import {execFile} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import type {ExecutionContext} from 'ava';
import {parse, stringify} from 'yaml';
import {helmFor, chart} from '../e2e/_helm.ts';
import {debianProgram} from './_debian-program.ts';

const run = promisify(execFile);

export type Rule = {alert: string; expr: string; for?: string; labels: Record<string, string>; annotations: Record<string, string>};
type RuleFile = {groups: Array<{name: string; rules: Rule[]}>};

/** Metrics as Prometheus would have scraped them, in promtool's notation: a value for each minute. */
export type Series = Record<string, string>;

/** The chart's alert rules under Prometheus' own evaluation. */
export type Rules = {
	rules: Rule[];
	/** What promtool says of the rules as such. */
	checked(): Promise<string>;
	/** Labels of the alerts of that name that fire at a time. */
	firing(alert: string, series: Series, at: string): Promise<Array<Record<string, string>>>;
};

/** `values` as JSON, by their paths. */
export async function chartRules(t: ExecutionContext, values: Record<string, unknown> = {}): Promise<Rules> {
	const helm = await helmFor(t);
	const promtool = await debianProgram({suite: 'bookworm', packageName: 'prometheus', program: 'promtool'});
	const given = Object.entries({'alerts.enabled': true, ...values}).flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`]);
	const {spec} = parse(await helm('template', 'lazarette', chart, '--show-only', 'templates/alerts.yaml', ...given)) as {spec: RuleFile};
	return {
		rules: spec.groups.flatMap(({rules}) => rules),
		checked: async () => inFolder(spec, async rules => (await run(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', rules])).stdout),
		firing: async (alert, series, at) => inFolder(spec, async (rules, folder) => {
			// Expecting none, promtool tells which there are.
			const test = join(folder, 'test.yaml');
			const input_series = Object.entries(series).map(([name, values]) => ({series: name, values}));
			await writeFile(test, stringify({rule_files: [rules], evaluation_interval: '1m', tests: [{interval: '1m', input_series, alert_rule_test: [{eval_time: at, alertname: alert, exp_alerts: []}]}]}));
			const said = await run(promtool, ['test', 'rules', test]).then(({stdout, stderr}) => stdout + stderr, ({stdout, stderr}: {stdout: string; stderr: string}) => stdout + stderr);
			return /SUCCESS/v.test(said) ? [] : alertsIn(said);
		}),
	};
}

async function inFolder<T>(spec: RuleFile, use: (rules: string, folder: string) => Promise<T>): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), 'lazarette-alerts-'));
	try {
		await writeFile(join(folder, 'rules.yaml'), stringify(spec));
		return await use(join(folder, 'rules.yaml'), folder);
	} finally {
		await rm(folder, {recursive: true, force: true});
	}
}

function alertsIn(said: string): Array<Record<string, string>> {
	const got = /got:\[(?<alerts>.*)\]/sv.exec(said)?.groups?.['alerts'];
	if (got === undefined) throw new Error(`promtool says: ${said}`);
	const pairs = (labels: string) => [...labels.matchAll(/(?<name>\w+)="(?<value>[^"]*)"/gv)].map(({groups}) => [groups!['name']!, groups!['value']!]);
	return [...got.matchAll(/Labels:\{(?<labels>[^\}]*)\}/gv)].map(({groups}) => Object.fromEntries(pairs(groups!['labels']!)) as Record<string, string>);
}
