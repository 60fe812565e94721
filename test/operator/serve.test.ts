import test from 'ava';
import {Counter, createRegistry} from '../../src/base/metrics.ts';
import {createHealthChecks} from '../../src/kube/runtime/health.ts';
import {healthHandler, metricsHandler, serve} from '../../src/operator/serve.ts';

const anyPort = {host: '127.0.0.1', port: 0};

test('a kubelet learns whether the operator is well, and a person what is not', async t => {
	const checks = createHealthChecks();
	const state: {problem?: string} = {};
	checks.add('caches', () => state.problem);
	const server = await serve(anyPort, {'/readyz': healthHandler(checks)});
	t.teardown(() => server.close());

	const url = `http://127.0.0.1:${server.port}/readyz`;
	t.is((await fetch(url)).status, 200);
	state.problem = 'not filled yet: pods';
	const answer = await fetch(`${url}?verbose`);
	t.is(answer.status, 503);
	t.is(await answer.text(), '[-] caches failed: not filled yet: pods\nfailed\n');
});

test('metrics are served as Prometheus reads them', async t => {
	const registry = createRegistry();
	new Counter({name: 'things_total', help: 'Things', registers: [registry]}).inc(3);
	const server = await serve(anyPort, {'/metrics': metricsHandler(registry)});
	t.teardown(() => server.close());
	const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
	t.regex(answer.headers.get('content-type')!, /^text\/plain/v);
	t.regex(await answer.text(), /^things_total 3$/mv);
});

test('other paths and other methods get nothing, and a handler that fails harms no other', async t => {
	const server = await serve(anyPort, {
		'/broken': () => {
			throw new Error('it broke');
		},
		'/fine': response => void response.end('fine'),
	});
	t.teardown(() => server.close());
	const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, {method});
	t.is((await at('/')).status, 404);
	t.is((await at('/constructor')).status, 404);
	t.is((await at('/fine', 'POST')).status, 405);
	t.is((await at('/broken')).status, 500);
	t.is(await (await at('/fine')).text(), 'fine');
});

test('a port in use is told, not ignored', async t => {
	const server = await serve(anyPort, {});
	t.teardown(() => server.close());
	await t.throwsAsync(serve({host: '127.0.0.1', port: server.port}, {}), {code: 'EADDRINUSE'});
});
