/** The last run that has ended, whatever it was made for. */
export type LastRun = {startTime: Date; completionTime: Date};

export type ContinuousQuestion = {
	targetMs: number;
	/** In [0, 1), of the object. */
	share: number;
	/** Since when the schedule runs as it does now. */
	since: Date;
	lastRun: LastRun | undefined;
	/** As old as the newest archives are, or until when they were as good as new. */
	lastSuccessStart: Date | undefined;
	failuresInRow: number;
};

const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;
/** The next run may take that much longer than the last. */
const slack = 1.25;

/**
When the next run of a continuous schedule is due, in whole seconds. The archive that it makes shows the time at which it began, so it must begin early
enough to end before the archive before it is older than the target. It is never before the end of the last run, and after failures not before a pause that
doubles. Without any run yet it is half a target to a whole one away: what has just been created is not backed up at once.
*/
export function nextContinuousRun({targetMs, share, since, lastRun, lastSuccessStart, failuresInRow}: ContinuousQuestion): Date {
	if (!lastRun) return wholeSeconds(since.getTime() + (targetMs * (1 + share)) / 2);
	const endMs = lastRun.completionTime.getTime();
	if (failuresInRow > 0) return wholeSeconds(endMs + Math.min(longestPauseMs, Math.max(targetMs, firstPauseMs), firstPauseMs * 2 ** Math.min(failuresInRow - 1, 20)));
	const tookMs = Math.max(0, endMs - lastRun.startTime.getTime());
	return wholeSeconds(Math.max(endMs, (lastSuccessStart ?? lastRun.startTime).getTime() + targetMs - tookMs * slack));
}

const wholeSeconds = (ms: number): Date => new Date(Math.ceil(ms / 1000) * 1000);
