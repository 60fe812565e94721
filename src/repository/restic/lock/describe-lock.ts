import {lockTimes} from './lock-policy.ts';
import type {Lock} from './lock-file.ts';

/** Holder and age for people, and what they can do about it. */
export function describeLock(lock: Lock, now: Date): {message: string; hint: string} {
	const ageMs = Math.max(0, now.getTime() - lock.time.getTime());
	const message = `${lock.exclusive ? 'exclusively' : 'for shared use'} by ${lock.username || 'unknown'} on ${lock.hostname || 'an unnamed host'} (pid ${lock.pid}), last refreshed ${duration(ageMs)} ago`;
	const hint =
		ageMs > lockTimes.staleAfterMs
			? 'its holder has not refreshed it for so long that it looks dead: make sure of that, then remove the lock with `restic unlock`'
			: 'wait until that run has ended; this is tried again later';
	return {message, hint};
}

function duration(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 120) return `${minutes} min`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
