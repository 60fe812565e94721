import {bySchedule} from '../../shared/indexes.ts';
import {proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import {endedSince, noteEnds, observedRun} from '../observed-runs.ts';
import type {SchedulePass} from '../pass.ts';

const mostNamed = 10;

/** Looks at the VolumeBackups of this schedule, and notes those that have ended. */
export const observeRuns: Step<SchedulePass> = async pass => {
	const {schedule, caches, status, clock} = pass;
	const runs = caches.backups.store.byIndex(bySchedule, schedule.metadata.uid).filter(({metadata}) => metadata.namespace === schedule.metadata.namespace);
	pass.runs = runs.map(observedRun);
	const ended = noteEnds(status, endedSince(status, pass.runs, clock.now()));
	if (ended) pass.ended = ended;

	const active = pass.runs.filter(({end}) => !end).map(({name}) => name).toSorted();
	delete status.active;
	if (active.length > 0) status.active = active.slice(0, mostNamed);
	return proceed();
};
