import {readFileSync} from 'node:fs';
import {availableParallelism, cpus, release, totalmem} from 'node:os';
import {hasKernelPeak} from '../measure/kernel-peak.ts';
import type {Peer} from '../peers/peer.ts';

/** What a reader has to know to judge the figures of a run. */
export type RunFacts = {
	date: string;
	cpu: string;
	cores: number;
	memoryBytes: number;
	kernel: string;
	system: string;
	node: string;
	size: string;
	runs: number;
	workspace: string;
	/** How peaks of memory were found. */
	peakMethod: string;
	peers: Array<{name: string; version: string; setting: string}>;
};

export function runFacts({date, size, runs, workspace, peers}: {date: Date; size: string; runs: number; workspace: string; peers: Peer[]}): RunFacts {
	return {
		date: date.toISOString().slice(0, 16).replace('T', ' '),
		cpu: cpus()[0]?.model.trim() ?? 'unknown',
		cores: availableParallelism(),
		memoryBytes: totalmem(),
		kernel: release(),
		system: /^PRETTY_NAME="(.+)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown',
		node: process.version,
		size,
		runs,
		workspace,
		peakMethod: hasKernelPeak() ? 'the kernel\'s mark of the largest process, or the sampled sum over all processes of the command where that is more' : 'sampled every 20 ms, because GNU time is not installed',
		peers: peers.map(({name, version, setting}) => ({name, version, setting})),
	};
}
