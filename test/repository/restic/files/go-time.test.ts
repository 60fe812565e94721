import test from 'ava';
import fc from 'fast-check';
import {cases} from '../../../_cases.ts';
import {formatGoDate, formatGoTime, parseGoDate, parseGoTime} from '../../../../src/repository/restic/files/go-time.ts';
import {goGolden} from './_go-golden.ts';

test('times are written as Go writes them, years beyond 0 to 9999 clamped as restic does', t => {
	for (const {seconds, nanos, text} of goGolden.instants) t.is(formatGoTime(BigInt(seconds) * 1_000_000_000n + BigInt(nanos)), text, `${seconds} s ${nanos} ns`);
});

test('times are read as Go reads them', t => {
	for (const {text, nano, ok} of goGolden.parsed) t.is(parseGoTime(text), ok ? nanoseconds(nano) : undefined, text);
});

test('every time between the years 0 and 9999 survives to the nanosecond', t => {
	fc.assert(
		fc.property(fc.bigInt({min: -62_167_219_200_000_000_000n, max: 253_402_300_799_999_999_999n}), ns => {
			const text = formatGoTime(ns);
			t.is(parseGoTime(text), ns);
			t.notRegex(text, /\.(\d*0)?Z$/);
		}),
		{numRuns: cases(200)},
	);
});

test('a date keeps its milliseconds, and one with more digits is rounded down', t => {
	fc.assert(fc.property(fc.date({min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true}), date => t.deepEqual(parseGoDate(formatGoDate(date)), date)));
	t.deepEqual(parseGoDate('2026-11-22T06:54:46.123999999+01:00'), new Date('2026-11-22T05:54:46.123Z'));
	t.deepEqual(parseGoDate('1969-12-31T23:59:59.999999999Z'), new Date(-1));
});

/** Seconds (which may be negative) with nine digits of nanoseconds that count upwards. */
function nanoseconds(text: string): bigint {
	return BigInt(text.slice(0, -9)) * 1_000_000_000n + BigInt(text.slice(-9));
}

test('every nanosecond of the calendar is written as it is read', t => {
	const ns = fc.bigInt({min: -62_000_000_000_000_000_000n, max: 253_402_300_799_999_999_999n});
	fc.assert(fc.property(fc.oneof(ns, ns.map(value => value - (value % 1_000_000_000n)), ns.map(value => value - (value % 1000n))), value => {
		const text = formatGoTime(value);
		t.is(parseGoTime(text), value);
		t.regex(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z$/);
		const milliseconds = value - (((value % 1_000_000n) + 1_000_000n) % 1_000_000n);
		t.is(text.slice(0, 19), new Date(Number(milliseconds / 1_000_000n)).toISOString().slice(0, 19));
	}), {numRuns: cases(200)});
});
