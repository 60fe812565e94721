import test from 'ava';
import {runSteps} from '../../../src/controllers/shared/run-steps.ts';
import {fail, finish, proceed, stall, wait} from '../../../src/controllers/shared/step.ts';
import type {Step, StepOutcome} from '../../../src/controllers/shared/step.ts';
import {KubeError} from '../../../src/kube/kube-error.ts';

type Pass = {log: string[]};

const step = (name: string, outcome: StepOutcome | Error = proceed()): Step<Pass> => async pass => {
	pass.log.push(name);
	if (outcome instanceof Error) throw outcome;
	return outcome;
};

async function tell(steps: Array<Step<Pass>>, change: {report?: (outcome: StepOutcome) => void; always?: StepOutcome} = {}) {
	const pass: Pass = {log: []};
	let reported: StepOutcome | undefined;
	const result = await runSteps(pass, {
		steps,
		async report(_pass, outcome) {
			pass.log.push('report');
			reported = outcome;
			change.report?.(outcome);
		},
		always: step('always', change.always),
	});
	return {log: pass.log, reported, result};
}

const refusedWith = (status: number, reason: string): KubeError => new KubeError('jobs.batch "x" is refused: because of it', {status, reason});

test('steps run in their order, and status is written before anything is removed', async t => {
	t.deepEqual((await tell([step('a'), step('b')])).log, ['a', 'b', 'report', 'always']);
});

test('the first step that waits ends the pass', async t => {
	const {log, reported, result} = await tell([step('a'), step('b', wait('Moving', 'the mover runs', {retryAfterMs: 500})), step('c')]);
	t.deepEqual(log, ['a', 'b', 'report', 'always']);
	t.like(reported, {kind: 'wait', reason: 'Moving'});
	t.deepEqual(result, {requeueAfterMs: 500});
});

test('a step that finishes passes over the steps behind it', async t => {
	const {log, reported} = await tell([step('a', finish()), step('b')]);
	t.deepEqual(log, ['a', 'report', 'always']);
	t.is(reported!.kind, 'finish');
});

test('the pass is looked at again at the earliest time that anybody asks for', async t => {
	t.deepEqual((await tell([step('a', stall('ClaimNotFound', 'no claim', {retryAfterMs: 900}))], {always: wait('CleaningUp', 'going', {retryAfterMs: 300})})).result, {requeueAfterMs: 300});
	t.deepEqual((await tell([step('a', fail('MoverFailed', 'over'))])).result, {});
});

test('what cannot be written to status is not cleaned up either', async t => {
	const pass: Pass = {log: []};
	const broken = runSteps(pass, {steps: [step('a')], report: () => Promise.reject(new Error('no status')), always: step('always')});
	await t.throwsAsync(broken, {message: 'no status'});
	t.deepEqual(pass.log, ['a']);
});

test('what the API server forbids shows in status and is tried again', async t => {
	const {reported} = await tell([step('a', refusedWith(403, 'Forbidden')), step('b')]);
	t.like(reported, {kind: 'wait', reason: 'Retrying', retryAfterMs: 30_000});
	t.regex((reported as {message: string}).message, /because of it/v);
});

test('what the API server finds invalid will not become valid by waiting', async t => {
	t.like((await tell([step('a', refusedWith(422, 'Invalid'))])).reported, {kind: 'fail', reason: 'MoverFailed'});
});

test('a child\'s name taken by another owner\'s object shows in status', async t => {
	t.like((await tell([step('a', refusedWith(409, 'NotOurs'))])).reported, {kind: 'wait', reason: 'Retrying'});
});

test('conflicts, outages and a namespace that goes away concern the pass only', async t => {
	for (const error of [refusedWith(409, 'Conflict'), refusedWith(503, 'ServiceUnavailable'), refusedWith(403, 'NamespaceTerminating'), new Error('a defect')]) {
		await t.throwsAsync(tell([step('a', error)]));
	}
});
