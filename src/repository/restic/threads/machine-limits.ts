import {readFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import type {MachineLimits} from './plan-threads.ts';

export type LimitFiles = {
	/** Cores that the kernel would run this process on. */
	cores: number;
	/** Where control groups are mounted; /sys/fs/cgroup. */
	root: string;
	/** Which groups this process is in; /proc/self/cgroup. */
	membership: string;
};

const system: LimitFiles = {cores: availableParallelism(), root: '/sys/fs/cgroup', membership: '/proc/self/cgroup'};

/**
Cores and memory that the control groups leave this process, version 1 and 2 of them: the quota of its own group and of every group around it. In a container the
groups often are mounted so that its own is the root; both places are looked at.
*/
export function machineLimits({cores, root, membership}: LimitFiles = system): MachineLimits {
	const limits = {cpus: cores, memoryBytes: Infinity};
	for (const line of (read(membership) ?? '').split('\n')) {
		const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
		if (controllers === undefined || group === undefined) continue;
		const names = controllers.split(',');
		for (const place of placesOf(group)) {
			const at = (controller: string, file: string): string | undefined => read(join(root, controller, place, file));
			if (controllers === '') {
				const [quota, period] = at('', 'cpu.max')?.trim().split(' ') ?? [];
				limits.cpus = Math.min(limits.cpus, share(quota, period));
				limits.memoryBytes = Math.min(limits.memoryBytes, bytes(at('', 'memory.max')));
			} else if (names.includes('cpu')) limits.cpus = Math.min(limits.cpus, share(at(controllers, 'cpu.cfs_quota_us') ?? at('cpu', 'cpu.cfs_quota_us'), at(controllers, 'cpu.cfs_period_us') ?? at('cpu', 'cpu.cfs_period_us')));
			else if (names.includes('memory')) limits.memoryBytes = Math.min(limits.memoryBytes, bytes(at('memory', 'memory.limit_in_bytes')));
		}
	}
	return limits;
}

/** A group and all around it, up to the root. */
function* placesOf(group: string): Generator<string> {
	const names = group.split('/').filter(name => name !== '' && name !== '..');
	for (let count = names.length; count >= 0; count--) yield names.slice(0, count).join('/');
}

/** `max` and -1 are no limit. */
function share(quota: string | undefined, period: string | undefined): number {
	const cores = Number(quota) / Number(period);
	return cores > 0 ? cores : Infinity;
}

/** Version 1 says "no limit" with a number that no machine has. */
function bytes(text: string | undefined): number {
	const value = Number(text ?? 'none');
	return value > 0 ? value : Infinity;
}

function read(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
}
