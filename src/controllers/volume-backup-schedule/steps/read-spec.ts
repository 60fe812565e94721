import {proceed, stall} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {SchedulePass} from '../pass.ts';
import {readTiming} from '../timing.ts';

/** Reads what the API server could not judge: cron expressions and time zones, and whether a token is news. */
export const readSpec: Step<SchedulePass> = async pass => {
	const {schedule, status} = pass;
	const token = schedule.spec.triggers?.manual;
	// The token that an object is created with was meant for the object before it. With a later generation, somebody may have set it since.
	if (token !== undefined && status.observedGeneration === -1 && schedule.metadata.generation === 1) status.manual = {token};

	const read = readTiming(schedule.spec, schedule.metadata.uid);
	if (read.kind === 'invalid') {
		delete status.nextRunTime;
		return stall('InvalidSchedule', read.message);
	}

	pass.timing = read.timing;
	return proceed();
};
