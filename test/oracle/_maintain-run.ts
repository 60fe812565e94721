// Run as a process of its own: one piece of repository care, as the operator starts it. Arguments: repository, work as JSON, own name, names of dead movers.
import {systemClock} from '../../src/base/clock.ts';
import {neverAborts} from '../../src/base/abort.ts';
import {systemRandom} from '../../src/base/random.ts';
import type {MaintainWork} from '../../src/api/v1alpha1/mover-contract.ts';
import {createProgressPrinter} from '../../src/mover/print-progress.ts';
import type {TaskResult} from '../../src/mover/mover-context.ts';
import {maintainWith} from '../../src/mover/tasks/maintain/maintain.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import {openAsMover} from './_as-mover.ts';

export async function maintainAt(path: string, work: MaintainWork, {name = 'care', dead = [] as string[]} = {}): Promise<TaskResult> {
	const storage = openFilesystemStorage({kind: 'filesystem', path});
	const repository = await openAsMover(storage, {name, dead});
	try {
		return await maintainWith(repository, work, {clock: systemClock, random: systemRandom, signal: neverAborts, progress: createProgressPrinter(systemClock, () => undefined), opened: () => undefined, stayedOpen: () => undefined, achieved: () => undefined});
	} finally {
		await repository.close();
		await storage.close();
	}
}

if (import.meta.main) {
	const [path, work, name, dead] = process.argv.slice(2) as [string, string, string, string];
	await maintainAt(path, JSON.parse(work) as MaintainWork, {name, dead: dead.split(',')});
}
