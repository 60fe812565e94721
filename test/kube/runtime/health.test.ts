import test from 'ava';
import {createHealthChecks} from '../../../src/kube/runtime/health.ts';

test('a probe reports each check, and one that throws has failed', t => {
	const checks = createHealthChecks();
	checks.add('caches', () => undefined);
	t.true(checks.report().healthy);
	checks.add('workers', () => {
		throw new Error('gone');
	});
	t.deepEqual(checks.report(), {healthy: false, checks: [{name: 'caches', problem: undefined}, {name: 'workers', problem: 'gone'}]});
	t.throws(() => checks.add('caches', () => undefined), {message: /already/});
});
