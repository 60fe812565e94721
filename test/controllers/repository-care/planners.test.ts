import test from 'ava';
import fc from 'fast-check';
import type {MaintenanceStatus} from '../../../src/api/v1alpha1/maintenance-fields.ts';
import {readCalendar} from '../../../src/controllers/shared/calendar.ts';
import type {Calendar} from '../../../src/controllers/shared/calendar.ts';
import {divideAnew, nextPart, notePart, partsFor} from '../../../src/controllers/repository-care/plan/check-parts.ts';
import {gate, keepFreeMs, patienceMs} from '../../../src/controllers/repository-care/plan/gate.ts';
import {jitterMs, keepTimes, setNext, timetable} from '../../../src/controllers/repository-care/plan/timetable.ts';
import {whatIsDue} from '../../../src/controllers/repository-care/plan/what-is-due.ts';
import {cases} from '../../_cases.ts';
import {maintenance} from './_care.ts';

const uid = 'b1b1b1b1-0000-4000-8000-000000000001';
const at = (text: string): Date => new Date(text);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function calendarOf(cron: string): Calendar {
	const read = readCalendar(cron, 'Etc/UTC');
	if (read.kind === 'invalid') throw new Error(read.problem);
	return read.calendar;
}

test('nothing is due on the spot because somebody wrote a spec, and what the operator missed is due once', t => {
	const status: MaintenanceStatus = {};
	const spec = maintenance({prune: {cron: '0 4 * * 0', timeZone: 'Europe/Berlin', timeLimitSeconds: 3600}, jitterSeconds: 0});
	keepTimes(status, {maintenance: spec, uid, now: at('2026-11-22T12:00:00Z')});
	t.is(status.prune?.nextTime, '2026-11-29T03:00:00.000Z');
	t.deepEqual(whatIsDue(status, {deletions: false}, at('2026-11-29T02:59:59Z')), {kind: 'nothing', at: at('2026-11-29T03:00:00Z')});

	const weeksLater = at('2026-12-20T00:00:00Z');
	keepTimes(status, {maintenance: spec, uid, now: weeksLater});
	t.deepEqual(whatIsDue(status, {deletions: false}, weeksLater), {kind: 'prune'});
	const table = timetable('prune', {maintenance: spec, uid});
	if (table?.kind !== 'timetable') throw new Error('no timetable');
	setNext(status.prune!, table, weeksLater);
	t.is(status.prune?.nextTime, '2026-12-20T03:00:00.000Z');
});

test('a changed schedule counts from its change, and one that was taken away is forgotten', t => {
	const status: MaintenanceStatus = {};
	keepTimes(status, {maintenance: maintenance({check: {cron: '@daily', timeZone: 'Etc/UTC', fullEveryDays: 30, timeLimitSeconds: 60}, jitterSeconds: 0}), uid, now: at('2026-11-22T12:00:00Z')});
	keepTimes(status, {maintenance: maintenance({check: {cron: '@hourly', timeZone: 'Etc/UTC', fullEveryDays: 30, timeLimitSeconds: 60}, jitterSeconds: 0}), uid, now: at('2026-11-30T12:30:00Z')});
	t.is(status.check?.nextTime, '2026-11-30T13:00:00.000Z');
	keepTimes(status, {maintenance: undefined, uid, now: at('2026-11-30T12:31:00Z')});
	t.deepEqual(status, {});
});

test('retention that is to come in force keeps its time without a cron of its own', t => {
	const status: MaintenanceStatus = {forget: {nextTime: '2026-11-22T12:00:00.000Z'}};
	keepTimes(status, {maintenance: maintenance({prune: {cron: '@weekly', timeZone: 'Etc/UTC', timeLimitSeconds: 60}}), uid, now: at('2026-11-22T12:00:05Z')});
	t.is(status.forget?.nextTime, '2026-11-22T12:00:00.000Z');
});

test('jitter spreads repositories, and is always the same for one of them', t => {
	const spec = maintenance({prune: {cron: '0 4 * * *', timeZone: 'Etc/UTC', timeLimitSeconds: 60}, jitterSeconds: 600});
	fc.assert(fc.property(fc.uuid(), fc.date({min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z'), noInvalidDate: true}), (someUid, now) => {
		const table = timetable('prune', {maintenance: spec, uid: someUid});
		if (table?.kind !== 'timetable') return false;
		const next = table.next(now)!;
		const late = jitterMs(`${someUid}/prune`, 600);
		const again = table.next(next)!;
		return next > now && late >= 0 && late <= 600_000 && new Date(next.getTime() - late).toISOString().endsWith('T04:00:00.000Z') && again.getTime() - next.getTime() === dayMs;
	}));
	const late = Array.from({length: 50}, (_, index) => jitterMs(`${index}`, 600));
	t.true(new Set(late).size > 40);
});

test('an expression that no parser takes is told, and nothing is planned by it', t => {
	const spec = maintenance({check: {cron: '99 4 * * *', timeZone: 'Etc/UTC', fullEveryDays: 30, timeLimitSeconds: 60}});
	const status: MaintenanceStatus = {check: {nextTime: '2026-11-22T12:00:00.000Z'}};
	keepTimes(status, {maintenance: spec, uid, now: at('2026-11-22T12:00:05Z')});
	t.is(status.check?.nextTime, undefined);
	t.like(timetable('check', {maintenance: spec, uid}), {kind: 'invalid'});
});

test('what somebody waits for comes first, and what failed holds up nothing else', t => {
	const now = at('2026-11-22T12:00:00Z');
	const past = '2026-11-22T11:00:00.000Z';
	const status: MaintenanceStatus = {forget: {nextTime: past}, prune: {nextTime: past}, check: {nextTime: past}};
	t.deepEqual(whatIsDue(status, {deletions: true, removeKeyAt: at(past)}, now), {kind: 'removeKey'});
	t.deepEqual(whatIsDue(status, {deletions: true}, now), {kind: 'delete'});
	t.deepEqual(whatIsDue(status, {deletions: false}, now), {kind: 'forget'});
	const retryTime = '2026-11-22T13:00:00.000Z';
	t.deepEqual(whatIsDue({...status, forget: {nextTime: past, retryTime}, prune: {nextTime: past, retryTime}}, {deletions: false}, now), {kind: 'check'});
	t.deepEqual(whatIsDue({delete: {retryTime}}, {deletions: true}, now), {kind: 'nothing', at: at(retryTime)});
	t.deepEqual(whatIsDue({}, {deletions: false}, now), {kind: 'nothing'});
});

test('what needs the repository for itself never waits for ever, and never keeps others out for long', t => {
	t.deepEqual(gate(0, 0), {open: true});
	fc.assert(fc.property(fc.integer({min: 1, max: 100}), fc.nat({max: 20 * dayMs}), (movers, waitedMs) => {
		const state = gate(movers, waitedMs);
		if (state.open || state.againMs <= 0) return false;
		const later = gate(movers, waitedMs + state.againMs);
		return !later.open && later.keepFree !== state.keepFree && (!state.keepFree || state.againMs <= keepFreeMs);
	}));
	t.like(gate(3, patienceMs - 1), {keepFree: false});
	t.like(gate(3, patienceMs), {keepFree: true, againMs: keepFreeMs});
});

test('checks by any cron read all data within the time, although a fifth of them is missed', t => {
	for (const [cron, days, parts] of [['0 5 * * *', 30, 24], ['@hourly', 7, 128], ['@weekly', 30, 3], ['@monthly', 30, 1], ['@daily', 1, 1]] as const) {
		t.is(partsFor(calendarOf(cron), days, at('2026-11-22T12:00:00Z')), parts, cron);
	}

	fc.assert(fc.property(fc.integer({min: 5, max: 60}), fc.integer({min: 1, max: 400}), fc.infiniteStream(fc.integer({min: 0, max: 9})), (days, checks, luck) => {
		const calendar = calendarOf('@daily');
		const state: NonNullable<MaintenanceStatus['check']> = {};
		const begin = at('2026-01-01T12:00:00Z');
		divideAnew(state, partsFor(calendar, days, begin), begin);
		const {parts} = state;
		const read = new Map<number, number>();
		let now = begin;
		// Of ten checks in a row at most one is missed.
		let sinceMiss = 10;
		for (let index = 0; index < checks; index++) {
			now = calendar.next(now)!;
			if (luck.next().value === 0 && sinceMiss >= 10) {
				sinceMiss = 0;
				continue;
			}

			sinceMiss++;
			const part = nextPart(state, parts!);
			notePart(state, {part, parts: parts!, problems: 0, findings: [], beganAt: now.toISOString()});
			read.set(part, now.getTime());
			const oldest = read.size === parts ? Math.min(...read.values()) : begin.getTime();
			if (Date.parse(state.provenSinceTime!) !== oldest || now.getTime() - oldest > (days + 1) * dayMs) return false;
		}

		return true;
	}), {numRuns: cases(20)});
});

test('what a check found stays until the same share is found intact, and that is looked at soon', t => {
	const state: NonNullable<MaintenanceStatus['check']> = {};
	divideAnew(state, 4, at('2026-11-01T00:00:00Z'));
	const findings = [{object: 'data/ab/abcd', message: 'blob is damaged'}];
	let day = 1;
	const check = (problems: number): number => {
		const part = nextPart(state, 4);
		notePart(state, {part, parts: 4, problems, findings: problems > 0 ? findings : [], beganAt: at(`2026-11-${String(++day).padStart(2, '0')}T00:00:00Z`).toISOString()});
		return part;
	};
	t.is(check(0), 1);
	t.is(check(2), 2);
	t.like(state, {problems: 2, damaged: [2]});
	t.deepEqual([check(0), check(1), check(0), check(0), check(0)], [3, 2, 4, 2, 1]);
	t.like(state, {problems: 0});
	t.is(state.findings, undefined);
	t.is(state.damaged, undefined);
});

test('when the data is divided anew, no proof is claimed that was not given', t => {
	const state: NonNullable<MaintenanceStatus['check']> = {parts: 2, part: 2, provenSinceTime: '2026-11-02T00:00:00.000Z', proven: [{part: 1, time: '2026-11-03T00:00:00.000Z'}, {part: 2, time: '2026-11-02T00:00:00.000Z'}], damaged: [2], problems: 1};
	divideAnew(state, 5, at('2026-11-20T00:00:00Z'));
	t.deepEqual(state.proven?.map(({time}) => time), Array.from({length: 5}, () => '2026-11-02T00:00:00.000Z'));
	t.deepEqual(state.damaged, [1, 2, 3, 4, 5]);
	const half: NonNullable<MaintenanceStatus['check']> = {parts: 2, part: 1, provenSinceTime: '2026-11-01T00:00:00.000Z', proven: [{part: 1, time: '2026-11-03T00:00:00.000Z'}]};
	divideAnew(half, 3, at('2026-11-20T00:00:00Z'));
	t.deepEqual([half.proven, half.provenSinceTime], [[], '2026-11-01T00:00:00.000Z']);
});
