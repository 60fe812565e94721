import {finish} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {SchedulePass} from '../pass.ts';

/** A timer cannot tell when the wall clock is set or the machine was asleep, so none is trusted for longer. A pass in vain costs no request. */
const longestSleepMs = 3_600_000;
/** Timers of Node may come a little early. */
const roundingMs = 20;

/** Sleeps until the next thing is due. */
export const rest: Step<SchedulePass> = async ({plan, incidentAt, schedule, clock}) => {
	const now = clock.now().getTime();
	const times = [plan!.wakeAt, schedule.spec.suspend ? undefined : incidentAt].flatMap(time => (time ? [time.getTime() - now + roundingMs] : []));
	return finish({retryAfterMs: Math.min(longestSleepMs, ...times.map(ms => Math.max(0, ms)))});
};
