import test from 'ava';
import {readFile} from 'node:fs/promises';
import {parse} from 'yaml';
import {version} from '../../src/base/version.ts';

const readText = async (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

test('code, package and chart carry the same version', async t => {
	t.is((JSON.parse(await readText('package.json')) as {version: string}).version, version);
	const chart = parse(await readText('charts/lazarette/Chart.yaml')) as {version: string; appVersion: string};
	t.is(chart.version, version);
	t.is(chart.appVersion, version);
});
