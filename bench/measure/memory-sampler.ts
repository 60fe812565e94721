import {readdirSync, readFileSync} from 'node:fs';

const sampleMs = 20;
/** Looking for new processes reads all of /proc, so it is rarer. */
const searchMs = 200;

export type MemoryPeaks = {
	/** Largest sum of resident memory over the processes of the tree, of samples every 20 ms. */
	treeBytes: number;
	/** The kernel's high-water mark of the largest process, as of the last sample. */
	largestBytes: number;
};

/** Watches the session of a process until `stop`. The process must lead its session, so that descendants stay in it even when their parent has gone. */
export function watchMemory(leader: number): {peaks(): MemoryPeaks; stop(): void} {
	const peaks: MemoryPeaks = {treeBytes: 0, largestBytes: 0};
	let members = [leader];
	const sample = (): void => {
		let sum = 0;
		for (const pid of members) {
			const {resident, highWater} = memoryOf(pid);
			sum += resident;
			peaks.largestBytes = Math.max(peaks.largestBytes, highWater);
		}
		peaks.treeBytes = Math.max(peaks.treeBytes, sum);
	};
	const search = (): void => {
		members = sessionMembers(leader);
	};

	const timers = [setInterval(sample, sampleMs), setInterval(search, searchMs)];
	sample();
	return {
		peaks: () => peaks,
		stop() {
			for (const timer of timers) clearInterval(timer);
		},
	};
}

function memoryOf(pid: number): {resident: number; highWater: number} {
	const text = read(`/proc/${pid}/status`);
	const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
	return {resident: field('VmRSS'), highWater: field('VmHWM')};
}

function sessionMembers(leader: number): number[] {
	const found: number[] = [];
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		// The command's name may hold spaces and brackets; the fields after it are state, parent, group, session.
		const stat = read(`/proc/${name}/stat`);
		const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3];
		if (Number(session) === leader) found.push(Number(name));
	}
	return found;
}

/** Empty when the process has gone. */
function read(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
