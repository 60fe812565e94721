/** Leap days are left to who reads the whole calendar. */
const daysOf = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const dash = 0x2d;
const colon = 0x3a;

/** Where an RFC 3339 time as Go writes it ends; -1 for what may be none. Says yes only to what `parseGoTime` reads. */
export function plainTimeEnd(bytes: Uint8Array, from: number): number {
	if (bytes[from + 4] !== dash || bytes[from + 7] !== dash || bytes[from + 10] !== 0x54 || bytes[from + 13] !== colon || bytes[from + 16] !== colon) return -1;
	const month = twoDigits(bytes, from + 5);
	const day = twoDigits(bytes, from + 8);
	if (twoDigits(bytes, from) < 0 || twoDigits(bytes, from + 2) < 0 || month < 1 || month > 12 || day < 1 || day > daysOf[month]!) return -1;
	if (!isBelow(bytes, from + 11, 24) || !isBelow(bytes, from + 14, 60) || !isBelow(bytes, from + 17, 60)) return -1;
	let at = from + 19;
	if (bytes[at] === 0x2e) {
		const fraction = ++at;
		while (bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
		if (at === fraction) return -1;
	}
	if (bytes[at] === 0x5a) return at + 1;
	if ((bytes[at] !== dash && bytes[at] !== 0x2b) || !isBelow(bytes, at + 1, 24) || bytes[at + 3] !== colon || !isBelow(bytes, at + 4, 60)) return -1;
	return at + 6;
}

/** Days before each month of a year that begins in March, whose leap day is its last. */
const daysBefore = [0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];
/** From 1 March of the year 0 to 1 January 1970. */
const daysToEpoch = 719_468;

/**
The seconds and nanoseconds since 1970 of a time in UTC as Go writes it, nanoseconds counting upwards; false for what `parseGoTime` has to look at. Without texts, dates and patterns, which cost more than
all else of a node.
*/
export function readPlainTime(bytes: Uint8Array, from: number, to: number, into: {seconds: number; nanoseconds: number}): boolean {
	if (to - from < 20 || bytes[to - 1] !== 0x5a || plainTimeEnd(bytes, from) !== to) return false;
	const month = twoDigits(bytes, from + 5);
	const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2) - (month <= 2 ? 1 : 0);
	if (year < 0) return false;
	const days = year * 365 + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) + daysBefore[month]! + twoDigits(bytes, from + 8) - 1 - daysToEpoch;
	into.seconds = ((days * 24 + twoDigits(bytes, from + 11)) * 60 + twoDigits(bytes, from + 14)) * 60 + twoDigits(bytes, from + 17);
	let nanoseconds = 0;
	for (let place = 0; place < 9; place++) {
		const at = from + 20 + place;
		nanoseconds = nanoseconds * 10 + (at < to - 1 ? bytes[at]! - 0x30 : 0);
	}
	into.nanoseconds = nanoseconds;
	return true;
}

const isBelow = (bytes: Uint8Array, at: number, limit: number): boolean => {
	const value = twoDigits(bytes, at);
	return value >= 0 && value < limit;
};

/** Or -1. */
function twoDigits(bytes: Uint8Array, at: number): number {
	const tens = bytes[at]! - 0x30;
	const ones = bytes[at + 1]! - 0x30;
	return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}
