import {readFileSync} from 'node:fs';

const ticksPerSecond = 100;

/** CPU seconds that all processes of the machine together have used since it was started. */
export function machineCpuSeconds(): number {
	const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = /^cpu +(.+)$/m.exec(readFileSync('/proc/stat', 'utf8'))![1]!.split(' ').map(Number);
	return (user + nice + system + irq + softirq) / ticksPerSecond;
}
