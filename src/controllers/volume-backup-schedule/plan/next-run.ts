import type {Timing} from '../timing.ts';

/** Windows that hold start times are passed over; behind that many of them nobody looks. */
const mostPassedOver = 20;

/** When the next run that is not due yet starts, jitter included; undefined when none will, or none soon. */
export function nextStart({calendar, offsetMs, isBlackout, blackoutEnd}: Timing, since: Date): Date | undefined {
	let time = calendar?.next(since);
	for (let passed = 0; time && passed < mostPassedOver; passed++) {
		const start = new Date(time.getTime() + offsetMs);
		if (!isBlackout(start)) return start;
		// Straight behind the window: minutes of a long one need not be gone through.
		time = calendar!.next(new Date(blackoutEnd(start)!.getTime() - offsetMs - 1));
	}

	return undefined;
}
