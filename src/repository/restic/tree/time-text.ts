const secondsPerDay = 86_400;
/** The first second of the year 10000. */
const end = 253_402_300_800;
const zero = 0x30;

/** Whether `writeTime` can write it: not before 1970, and not after the year 9999, which restic clamps to. */
export const isPlainTime = (seconds: number): boolean => seconds >= 0 && seconds < end;

/** The longest time: `2026-11-22T10:00:00.123456789Z`. */
export const longestTime = 30;

/** Writes times as Go does (RFC 3339 in UTC, trailing zeros of the fraction trimmed). The files of a directory mostly share few days. */
export class TimeText {
	readonly #date = new Uint8Array(10);
	#day = -1;

	/** Returns where the text ends. */
	write(bytes: Uint8Array, start: number, seconds: number, nanoseconds: number): number {
		const day = Math.floor(seconds / secondsPerDay);
		if (day !== this.#day) this.#setDay(day);
		const date = this.#date;
		let at = start;
		for (let index = 0; index < 10; index++) bytes[at++] = date[index]!;
		const second = seconds - day * secondsPerDay;
		const minute = (second / 60) | 0;
		bytes[at++] = 0x54;
		at = twoDigits(bytes, at, (minute / 60) | 0);
		bytes[at++] = 0x3a;
		at = twoDigits(bytes, at, minute % 60);
		bytes[at++] = 0x3a;
		at = twoDigits(bytes, at, second % 60);
		if (nanoseconds > 0) {
			bytes[at] = 0x2e;
			let rest = nanoseconds;
			for (let place = 9; place > 0; place--) {
				bytes[at + place] = zero + (rest % 10);
				rest = (rest / 10) | 0;
			}
			at += 9;
			while (bytes[at] === zero) at--;
			at++;
		}
		bytes[at++] = 0x5a;
		return at;
	}

	#setDay(day: number): void {
		const text = new Date(day * secondsPerDay * 1000).toISOString();
		for (let index = 0; index < 10; index++) this.#date[index] = text.charCodeAt(index);
		this.#day = day;
	}
}

function twoDigits(bytes: Uint8Array, at: number, value: number): number {
	bytes[at] = zero + ((value / 10) | 0);
	bytes[at + 1] = zero + (value % 10);
	return at + 2;
}
