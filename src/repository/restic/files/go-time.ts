const nsPerSecond = 1_000_000_000n;
const secondsPerDay = 86_400n;
/** The Gregorian calendar repeats after 400 years; times that a Date cannot hold are moved by whole cycles. */
const secondsPerCycle = 146_097n * secondsPerDay;

/** RFC 3339 in UTC with nanoseconds, trailing zeros trimmed. Years are clamped to 0..9999 with month, day and time kept, as restic does: Go refuses to encode others. */
export function formatGoTime(ns: bigint): string {
	if (ns >= 0n && ns < endOfPlainNs) return formatPlain(ns);
	const fraction = ((ns % nsPerSecond) + nsPerSecond) % nsPerSecond;
	const seconds = (ns - fraction) / nsPerSecond;
	const text = formatSeconds(seconds);
	return fraction === 0n ? `${text}Z` : `${text}.${fraction.toString().padStart(9, '0').replace(/0+$/, '')}Z`;
}

/** The first nanosecond of the year 10000. */
const endOfPlainNs = 253_402_300_800n * nsPerSecond;

const lastDay = {number: -1, text: ''};
const twoDigits = Array.from({length: 60}, (_, value) => String(value).padStart(2, '0'));

/** Times of files, of which a directory has many in few days: with numbers instead of bigints, and a date that is not made anew for each. */
function formatPlain(ns: bigint): string {
	const seconds = Number(ns / nsPerSecond);
	const fraction = Number(ns - BigInt(seconds) * nsPerSecond);
	const day = Math.floor(seconds / 86_400);
	if (day !== lastDay.number) {
		lastDay.text = new Date(day * 86_400_000).toISOString().slice(0, 10);
		lastDay.number = day;
	}
	const second = seconds - day * 86_400;
	const minute = Math.floor(second / 60);
	const text = `${lastDay.text}T${twoDigits[Math.floor(minute / 60)]}:${twoDigits[minute % 60]}:${twoDigits[second % 60]}`;
	if (fraction === 0) return `${text}Z`;
	let rest = fraction;
	let digits = 9;
	for (; rest % 10 === 0; rest /= 10) digits--;
	return `${text}.${String(rest).padStart(digits, '0')}Z`;
}

/** To the millisecond. */
export const formatGoDate = (date: Date): string => formatGoTime(BigInt(date.getTime()) * 1_000_000n);

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** Nanoseconds since 1970, or undefined when the text is no RFC 3339 time. Digits beyond nanoseconds are cut off. */
export function parseGoTime(text: string): bigint | undefined {
	const match = rfc3339.exec(text);
	if (!match) return undefined;
	const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
	const offset = (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * (match[8] === '-' ? -1 : 1);
	// Go takes offsets up to 24:60.
	if (hour > 23 || minute > 59 || second > 59 || Number(match[9] ?? 0) > 24 || Number(match[10] ?? 0) > 60) return undefined;

	const date = utcDate(year, month - 1, day, hour, minute, second);
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
	const fraction = BigInt((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
	return BigInt(date.getTime()) * 1_000_000n - BigInt(offset) * 60n * nsPerSecond + fraction;
}

/** To the millisecond, rounded down; undefined when the text is no RFC 3339 time. */
export function parseGoDate(text: string): Date | undefined {
	const ns = parseGoTime(text);
	if (ns === undefined) return undefined;
	const rest = ((ns % 1_000_000n) + 1_000_000n) % 1_000_000n;
	return new Date(Number((ns - rest) / 1_000_000n));
}

function formatSeconds(seconds: bigint): string {
	const inDate = seconds > -62_167_219_201n && seconds < 253_402_300_800n; // years 0 to 9999
	if (inDate) return isoSeconds(new Date(Number(seconds) * 1000));

	const within = ((seconds % secondsPerCycle) + secondsPerCycle) % secondsPerCycle;
	const date = new Date(Number(within) * 1000);
	return isoSeconds(utcDate(seconds < 0n ? 0 : 9999, date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()));
}

const isoSeconds = (date: Date): string => date.toISOString().slice(0, 19);

/** Date.UTC, without its reading of the years 0 to 99 as 1900 to 1999. */
function utcDate(year: number, month: number, day: number, hour: number, minute: number, second: number): Date {
	const date = new Date(0);
	date.setUTCFullYear(year, month, day);
	date.setUTCHours(hour, minute, second);
	return date;
}
