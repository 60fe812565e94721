import type {Clock} from '../../base/clock.ts';
import type {ObjectKey} from '../../kube/object.ts';
import type {ClaimWriters} from './claim-writers.ts';

/** What a run is made of beside the data: when any of it differs, so may the archive. */
export type RunMatter = {claims: readonly ObjectKey[]; fingerprint: string};

export type RunMarks = {
	/** To be asked for before the run is made: its end is the moment from which on changes count. */
	now(): number;
	/** This process made that run of the schedule after `atMs`. */
	note(schedule: ObjectKey, run: string, matter: RunMatter, atMs: number): void;
	/** Whether what the schedule's run would hold can differ from what `run` holds. */
	judge(schedule: ObjectKey, run: string, matter: RunMatter | undefined): 'unchanged' | 'changed' | 'unknown';
	forget(schedule: ObjectKey): void;
};

/**
The last run that this process has made for each schedule. By the process's own clock alone: wall clocks are set, and differ between operators. So what
another operator made, or this one before it was started again, is never taken for up to date.
*/
export function createRunMarks({writers, clock}: {writers: ClaimWriters; clock: Clock}): RunMarks {
	const marks = new Map<ObjectKey, RunMatter & {run: string; atMs: number}>();
	return {
		now: () => clock.monotonicMs(),
		note: (schedule, run, matter, atMs) => void marks.set(schedule, {...matter, run, atMs}),
		judge(schedule, run, matter) {
			const mark = marks.get(schedule);
			if (mark?.run !== run || !matter) return 'unknown';
			if (matter.fingerprint !== mark.fingerprint) return 'changed';
			const wrote = writers.since(matter.claims, mark.atMs);
			// A watch that is resumed shows late who came meanwhile: what was in doubt once stays so until the next run.
			if (wrote === 'unknown') marks.delete(schedule);
			return wrote === 'some' ? 'changed' : wrote === 'none' ? 'unchanged' : 'unknown';
		},
		forget: schedule => void marks.delete(schedule),
	};
}
