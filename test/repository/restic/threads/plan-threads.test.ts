import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import test from 'ava';
import {machineLimits} from '../../../../src/repository/restic/threads/machine-limits.ts';
import {planThreads} from '../../../../src/repository/restic/threads/plan-threads.ts';
import {temporaryDirectory} from '../write/_repository.ts';
import type {ExecutionContext} from 'ava';

const mebibyte = 1024 * 1024;

test('one thread for each core beside the main one, three at most', t => {
	t.deepEqual([1, 2, 3, 4, 64].map(cpus => planThreads({cpus, memoryBytes: Infinity})), [0, 1, 2, 3, 3]);
});

test('a part of a core is shared by one thread more', t => {
	t.deepEqual([0.2, 1, 1.1, 1.9, 2.5].map(cpus => planThreads({cpus, memoryBytes: Infinity})), [0, 0, 1, 1, 2]);
});

test('a pod with little memory works alone, and one with a little more has fewer threads than cores', t => {
	t.deepEqual([64, 128, 159, 160, 184, 256, 512].map(memory => planThreads({cpus: 8, memoryBytes: memory * mebibyte})), [0, 0, 0, 1, 2, 3, 3]);
});

/** A machine of 8 cores with these files below its control groups. */
function limitsWith(t: ExecutionContext, membership: string, files: Record<string, string>) {
	const root = temporaryDirectory(t);
	for (const [path, text] of Object.entries({membership, ...files})) {
		mkdirSync(dirname(join(root, path)), {recursive: true});
		writeFileSync(join(root, path), text);
	}
	return machineLimits({cores: 8, root, membership: join(root, 'membership')});
}

test('in a container of control groups version 2 the limits are the root’s', t => {
	t.deepEqual(limitsWith(t, '0::/\n', {'cpu.max': '150000 100000\n', 'memory.max': '268435456\n'}), {cpus: 1.5, memoryBytes: 256 * mebibyte});
	t.deepEqual(limitsWith(t, '0::/\n', {'cpu.max': 'max 100000\n', 'memory.max': 'max\n'}), {cpus: 8, memoryBytes: Infinity});
});

test('the tightest of all groups around the process counts', t => {
	t.deepEqual(limitsWith(t, '0::/pods/mover\n', {'pods/cpu.max': '200000 100000', 'pods/mover/cpu.max': '400000 100000', 'pods/mover/memory.max': '1073741824', 'pods/memory.max': '2147483648'}), {
		cpus: 2,
		memoryBytes: 1024 * mebibyte,
	});
});

test('control groups version 1 have a folder for each controller', t => {
	const membership = '5:cpu,cpuacct:/kubepods/x\n4:memory:/kubepods/x\n1:name=systemd:/\n';
	t.deepEqual(limitsWith(t, membership, {'cpu,cpuacct/cpu.cfs_quota_us': '50000', 'cpu,cpuacct/cpu.cfs_period_us': '100000', 'memory/memory.limit_in_bytes': '134217728'}), {cpus: 0.5, memoryBytes: 128 * mebibyte});
	t.deepEqual(limitsWith(t, membership, {'cpu/cpu.cfs_quota_us': '-1', 'cpu/cpu.cfs_period_us': '100000', 'memory/kubepods/x/memory.limit_in_bytes': '9223372036854771712'}), {cpus: 8, memoryBytes: 9223372036854771712});
});

test('without control groups there are the cores', t => {
	t.deepEqual(machineLimits({cores: 3, root: '/nowhere', membership: '/nowhere/either'}), {cpus: 3, memoryBytes: Infinity});
	t.true(machineLimits().cpus > 0);
});
