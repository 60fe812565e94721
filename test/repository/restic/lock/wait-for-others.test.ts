import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {LazaretteError} from '../../../../src/base/errors.ts';
import {systemRandom} from '../../../../src/base/random.ts';
import {waitForOthers} from '../../../../src/repository/restic/lock/wait-for-others.ts';
import {newRepository, reopen, testClock, testHolder} from '../write/_repository.ts';
import type {Clock} from '../../../../src/base/clock.ts';

const taken = new LazaretteError('LockedByOther', 'taken');

/** Sleeps end at once. */
function quickClock(): Clock & {slept: number[]} {
	const clock = testClock();
	const slept: number[] = [];
	return {
		...clock,
		slept,
		async sleep(ms, signal) {
			signal?.throwIfAborted();
			slept.push(ms);
			clock.advance(ms);
		},
	};
}

const attempts = (failures: number): (() => Promise<string>) => async () => {
	if (failures-- > 0) throw taken;
	return 'lock';
};

test('who waits for others tries again until they are gone, with longer and longer pauses, and not beyond his patience', async t => {
	const clock = quickClock();
	t.is(await waitForOthers(attempts(6), {clock, random: systemRandom, patienceMs: 600_000, signal: neverAborts}), 'lock');
	t.is(clock.slept.length, 6);
	t.true(clock.slept.at(-1)! <= 60_000 && clock.slept.at(-1)! > clock.slept[0]!);
	const impatient = quickClock();
	await t.throwsAsync(waitForOthers(attempts(1000), {clock: impatient, random: systemRandom, patienceMs: 10_000, signal: neverAborts}), {is: taken});
	t.is(Math.round(impatient.slept.reduce((sum, ms) => sum + ms)), 10_000);
	await t.throwsAsync(waitForOthers(attempts(1), {clock: impatient, random: systemRandom, patienceMs: 0, signal: neverAborts}), {is: taken});
});

test('nobody waits for what does not pass, when it is too late to begin again, or once he was stopped', async t => {
	const options = {clock: quickClock(), random: systemRandom, patienceMs: 600_000};
	await t.throwsAsync(waitForOthers(async () => Promise.reject(new Error('no network')), {...options, signal: neverAborts}), {message: 'no network'});
	await t.throwsAsync(waitForOthers(attempts(1), {...options, signal: neverAborts, mayRepeat: () => false}), {is: taken});
	await t.throwsAsync(waitForOthers(attempts(1), {...options, signal: AbortSignal.abort(new Error('stopped'))}), {message: 'stopped'});
});

test('a reader and a prune wait until whoever holds the repository has given it back', async t => {
	const {path, repository} = await newRepository(t);
	await repository.copySource(neverAborts);
	let sleeps = 0;
	const clock = quickClock();
	// The other one goes on at the second pause.
	const patient: Clock = {
		...clock,
		async sleep(ms, signal) {
			if (ms >= 1000 && ms < 240_000 && ++sleeps === 2) await repository.close();
			if (ms >= 240_000) await testClock().sleep(ms, signal);
			else await clock.sleep(ms, signal);
		},
	};
	const {repository: other} = await reopen(t, path, {clock: patient, lockPatienceMs: 600_000, holder: {...testHolder, hostname: 'cron'}});
	t.is((await other.prune({}, neverAborts)).archives, 0);
	t.is(sleeps, 2);
	await other.close();
});
