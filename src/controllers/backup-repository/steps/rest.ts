import {keyOfObject} from '../../../kube/object.ts';
import {getCondition} from '../../../kube/runtime/conditions.ts';
import {finish, proceed} from '../../shared/step.ts';
import type {Step} from '../../shared/step.ts';
import type {RepositoryPass} from '../pass.ts';
import {noteWork} from '../circuit.ts';
import {noteArchive} from '../settle.ts';
import {lookAgainMs} from './check-inputs.ts';

/** Runs that failed together must not each bring a probe. */
const doubtEveryMs = 30_000;

/** Counts what runs have archived since, and ends the pass until the next probe is due. */
export const rest: Step<RepositoryPass> = async pass => {
	const {status, inputs, clock, news, repository} = pass;
	noteWork(pass);
	if (pass.ended.size === 0 && status.probedInputs !== inputs!.fingerprint) return proceed();

	const key = keyOfObject(repository);
	const lastProbe = new Date(status.lastProbeTime ?? 0);
	pass.counted = news.uncounted(key);
	// What ended before the last probe was counted by it.
	for (const made of pass.counted) if (made.at > lastProbe) noteArchive(pass, made);

	const dueMs = dueAt(pass, news.isDoubted(key, lastProbe)) - clock.now().getTime();
	if (dueMs <= 0) return proceed();
	// Only while it is not Available may a Secret hold the mending.
	return finish({retryAfterMs: isAvailable(pass) ? dueMs : Math.min(dueMs, lookAgainMs(pass))});
};

function dueAt({status, repository}: RepositoryPass, doubted: boolean): number {
	if (status.nextAttemptTime) return Date.parse(status.nextAttemptTime);
	const last = Date.parse(status.lastProbeTime ?? '') || 0;
	return last + (doubted ? doubtEveryMs : repository.spec.probeIntervalSeconds * 1000);
}

const isAvailable = ({verdict, status}: RepositoryPass): boolean => (verdict ? verdict.reason === 'Available' : getCondition(status.conditions, 'Ready')?.status === 'True');
