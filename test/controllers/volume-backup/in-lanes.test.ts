import test from 'ava';
import {inLanes} from '../../../src/controllers/volume-backup/steps/in-lanes.ts';
import type {BackupLane, BackupPass} from '../../../src/controllers/volume-backup/pass.ts';
import {fail, finish, proceed, stall, wait} from '../../../src/controllers/shared/step.ts';
import type {StepOutcome} from '../../../src/controllers/shared/step.ts';
import {backup, now} from '../_objects.ts';

/** Lanes that behave as told; nothing of the cluster is needed to see how they are taken together. */
function lanesWith(outcomes: Record<string, StepOutcome | Error>): {pass: BackupPass; run: () => Promise<StepOutcome>; seen: string[]} {
	const seen: string[] = [];
	const pass = {backup: backup(), status: {startTime: now.toISOString()}, signal: new AbortController().signal, clock: {now: () => now}} as unknown as BackupPass;
	pass.lanes = Object.keys(outcomes).map((claimName): BackupLane => ({pass, volume: {claimName}, failedBefore: 0}));
	const step = async ({volume}: BackupLane): Promise<StepOutcome> => {
		seen.push(volume.claimName);
		const outcome = outcomes[volume.claimName]!;
		if (outcome instanceof Error) throw outcome;
		return outcome;
	};
	return {pass, seen, run: () => inLanes([step])(pass)};
}

test('a claim that fails keeps its failure, and the others go on', async t => {
	const {pass, run, seen} = lanesWith({a: fail('CaptureFailed', 'the driver refuses'), b: wait('Moving', 'the mover runs')});
	t.like(await run(), {kind: 'wait', reason: 'Moving', message: '1 of 2 claims done; claim b: the mover runs'});
	t.deepEqual(seen, ['a', 'b']);
	t.like(pass.lanes[0]!.volume, {outcome: 'Failed', reason: 'CaptureFailed', message: 'the driver refuses'});
	t.is(pass.lanes[1]!.volume.outcome, undefined);
});

test('a run is stalled only when no claim goes on by itself', async t => {
	const stuck = stall('ClaimNotFound', 'claim a does not exist', {retryAfterMs: 9000});
	t.like(await lanesWith({a: stuck, b: wait('Moving', 'the mover runs')}).run(), {kind: 'wait', reason: 'Moving'});
	t.like(await lanesWith({a: stuck}).run(), {kind: 'stall', reason: 'ClaimNotFound', message: 'claim a does not exist'});
});

test('the run is looked at again when the first of its claims wants it', async t => {
	t.like(await lanesWith({a: wait('Moving', 'runs', {retryAfterMs: 5000}), b: wait('Retrying', 'pauses', {retryAfterMs: 700}), c: wait('Queued', 'follows')}).run(), {retryAfterMs: 700});
});

test('when every claim has its outcome the run goes on to its end', async t => {
	t.is((await lanesWith({a: fail('MoverFailed', 'it broke'), b: finish()}).run()).kind, 'proceed');
});

test('a claim that is done is not looked at again', async t => {
	const {pass, run, seen} = lanesWith({a: proceed(), b: wait('Moving', 'runs')});
	pass.lanes[0]!.volume.outcome = 'Succeeded';
	await run();
	t.deepEqual(seen, ['b']);
});

test('a defect in one claim\'s way does not keep the others from being looked at', async t => {
	const {run, seen, pass} = lanesWith({a: new Error('a defect'), b: wait('Moving', 'the mover runs')});
	await t.throwsAsync(run(), {message: 'a defect'});
	t.deepEqual(seen, ['a', 'b']);
	t.is(pass.lanes[1]!.volume.reason, 'Moving');
});
