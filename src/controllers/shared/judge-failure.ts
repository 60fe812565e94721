import type {KubeObject} from '../../kube/object.ts';
import {keyOf} from '../../kube/object.ts';
import type {ReconcilingReason} from '../../api/v1alpha1/reasons.ts';
import type {Attempt, AttemptRecord} from './attempt.ts';
import {oneLine} from './one-line.ts';
import {countsAgainstLimit, planRetry} from './retry-plan.ts';
import type {AttemptFailure} from './retry-plan.ts';
import type {PassTools} from './services.ts';
import {fail} from './step.ts';
import type {Failed} from './step.ts';

export type FailedAttempt = {
	attempt: Attempt;
	failure: AttemptFailure;
	/** `nextAttemptTime` is set when this failure was judged before. */
	record: AttemptRecord;
	limit: number;
	repository: string;
	object: KubeObject;
};

export type Judged =
	| Failed
	| {kind: 'pause'; reason: ReconcilingReason; message: string; until: string; afterMs: number}
	/** `failedBefore`: for the next Job to remember. */
	| {kind: 'again'; failedBefore: number};

/** What follows from a failed attempt: the end of the run, a pause until a time that status keeps, or another attempt now. */
export function judgeFailure({attempt, failure, record, limit, repository, object}: FailedAttempt, run: 'backup' | 'restore', tools: PassTools): Judged {
	const plan = planRetry(failure, {attempt: attempt.number, failedBefore: attempt.failedBefore, limit}, tools.random);
	const judgedBefore = record.nextAttemptTime !== undefined && record.attempts === attempt.number;
	if (!judgedBefore) announce({failure, attempt, object, repository}, run, tools);
	if (plan.kind === 'give up') return fail(plan.reason, plan.message);

	const now = tools.clock.now().getTime();
	const until = judgedBefore ? record.nextAttemptTime! : new Date(now + plan.delayMs).toISOString();
	const afterMs = Date.parse(until) - now;
	if (afterMs <= 0) return {kind: 'again', failedBefore: attempt.failedBefore + (countsAgainstLimit(failure) ? 1 : 0)};
	return {kind: 'pause', reason: plan.reason, message: `${plan.message}; the next one starts at ${until.slice(0, 19)}Z`, until, afterMs};
}

function announce({failure, attempt, object, repository}: Pick<FailedAttempt, 'failure' | 'attempt' | 'object' | 'repository'>, run: 'backup' | 'restore', {metrics, events, news, clock}: PassTools): void {
	metrics[run].failedAttempts.inc({namespace: object.metadata.namespace ?? '', reason: failure.reason});
	events.record(object, {type: 'Warning', reason: 'AttemptFailed', action: 'Move', note: oneLine(`attempt ${attempt.number}: ${failure.reason}: ${failure.message}`, 900)});
	if (concernsRepository.has(failure.reason)) news.doubt(keyOf({namespace: object.metadata.namespace, name: repository}), clock.now());
}

/** Failures that a probe of the repository would meet as well: the repository then says so itself, for all its runs. */
const concernsRepository: ReadonlySet<string> = new Set(['StoreUnreachable', 'StoreThrottled', 'QuotaExceeded', 'AccessDenied', 'BucketNotFound', 'WrongPassword', 'NotARepository', 'UnsupportedVersion', 'RepositoryDamaged']);
