import test from 'ava';
import * as fc from 'fast-check';
import {failures} from '../../../src/api/v1alpha1/failures.ts';
import {reasonClass} from '../../../src/api/v1alpha1/reasons.ts';
import {planRetry} from '../../../src/controllers/shared/retry-plan.ts';
import type {AttemptFailure} from '../../../src/controllers/shared/retry-plan.ts';
import {noJitter} from '../_objects.ts';

const failed = (reason: AttemptFailure['reason'], again: AttemptFailure['again'] = 'Later'): AttemptFailure => ({reason, again, message: 'the mover ended early'});
const first = {attempt: 1, failedBefore: 0, limit: 3};

test('what another attempt may mend is tried again after a pause that grows', t => {
	const pauses = [1, 2, 3].map(attempt => planRetry(failed('MoverFailed'), {attempt, failedBefore: attempt - 1, limit: 3}, noJitter));
	t.deepEqual(pauses.map(plan => plan.kind === 'retry' && [plan.reason, plan.delayMs]), [['Retrying', 10_000], ['Retrying', 20_000], ['Retrying', 40_000]]);
});

test('when the budget is used up the run fails, and says how often it was tried and what happened last', t => {
	t.deepEqual(planRetry(failed('MoverOutOfMemory'), {attempt: 4, failedBefore: 3, limit: 3}, noJitter), {
		kind: 'give up',
		reason: 'RetriesExhausted',
		message: '4 attempts failed, and retry.limit allows no more; the last: MoverOutOfMemory: the mover ended early',
	});
});

test('without a budget the first failure is the reason of the end', t => {
	t.like(planRetry(failed('MoverOutOfMemory'), {...first, limit: 0}, noJitter), {kind: 'give up', reason: 'MoverOutOfMemory', message: 'the mover ended early'});
});

test('what only a person mends is not tried again', t => {
	for (const reason of ['AccessDenied', 'WrongPassword', 'SourceEmpty', 'InvalidGlob', 'TargetNotEmpty'] as const) {
		t.like(planRetry(failed(reason, 'No'), first, noJitter), {kind: 'give up', reason});
	}
});

test('an outage of the store costs no attempt, however long it lasts, and is asked after at most every 5 minutes', t => {
	const plan = planRetry(failed('StoreUnreachable'), {attempt: 500, failedBefore: 3, limit: 3}, noJitter);
	t.like(plan, {kind: 'retry', reason: 'StoreUnreachable', delayMs: 300_000});
});

test('a mover stopped by a drained node costs no attempt', t => {
	t.like(planRetry({...failed('MoverFailed'), disrupted: true}, {attempt: 9, failedBefore: 3, limit: 3}, noJitter), {kind: 'retry', reason: 'Retrying'});
});

test('a run never ends with a reason that promises that it goes on', t => {
	const anyFailure = fc.constantFrom(...Object.values(failures)).map(({reason, again}) => failed(reason, again));
	fc.assert(fc.property(anyFailure, fc.nat(20), fc.nat(10), fc.double({min: 0, max: 1, noNaN: true, maxExcluded: true}), (failure, failedBefore, limit, fraction) => {
		const plan = planRetry(failure, {attempt: failedBefore + 1, failedBefore, limit}, {...noJitter, fraction: () => fraction});
		if (plan.kind === 'retry') {
			t.true(['underWay', 'waiting'].includes(reasonClass(plan.reason)));
			t.true(plan.delayMs >= 5000 && plan.delayMs <= 300_000);
		} else {
			t.true(['person', 'failed'].includes(reasonClass(plan.reason)));
		}
	}));
});
