const secondsPerDay = 86_400;
/** The first second of the year 10000. */
const end = 253_402_300_800;
const zero = 0x30;
/** From 1 March of the year 0 to 1 January 1970, and of the 400 years after which the Gregorian calendar repeats. */
const daysToEpoch = 719_468;
const daysPerCycle = 146_097;

/** Whether `writeTime` can write it: not before 1970, and not after the year 9999, which restic clamps to. */
export const isPlainTime = (seconds: number): boolean => seconds >= 0 && seconds < end;

/** The longest time: `2026-11-22T10:00:00.123456789Z`. */
export const longestTime = 30;

/** Writes times as Go does (RFC 3339 in UTC, trailing zeros of the fraction trimmed). The files of a directory mostly share few days. */
export class TimeText {
	readonly #date = Uint8Array.from('0000-00-00', character => character.charCodeAt(0));
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

	/** Without a Date and its text, which cost more than all the rest of a node: files of one directory may be of as many days. */
	#setDay(day: number): void {
		// Years begin in March here, so that a leap day is the last of its year, and months have lengths that one division gives.
		const sinceMarch0 = day + daysToEpoch;
		const cycle = (sinceMarch0 / daysPerCycle) | 0;
		const ofCycle = sinceMarch0 - cycle * daysPerCycle;
		const yearOfCycle = ((ofCycle - ((ofCycle / 1460) | 0) + ((ofCycle / 36_524) | 0) - ((ofCycle / 146_096) | 0)) / 365) | 0;
		const ofYear = ofCycle - (365 * yearOfCycle + (yearOfCycle >> 2) - ((yearOfCycle / 100) | 0));
		const monthFromMarch = ((5 * ofYear + 2) / 153) | 0;
		const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
		const year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0);
		const date = this.#date;
		twoDigits(date, 0, (year / 100) | 0);
		twoDigits(date, 2, year % 100);
		twoDigits(date, 5, month);
		twoDigits(date, 8, ofYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1);
		this.#day = day;
	}
}

function twoDigits(bytes: Uint8Array, at: number, value: number): number {
	bytes[at] = zero + ((value / 10) | 0);
	bytes[at + 1] = zero + (value % 10);
	return at + 2;
}
