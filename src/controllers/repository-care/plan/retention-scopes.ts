import {createHash} from 'node:crypto';
import type {BackupRepository} from '../../../api/v1alpha1/backup-repository.ts';
import {scheduleTag} from '../../../api/v1alpha1/group.ts';
import type {RetentionReview, RetentionStatus} from '../../../api/v1alpha1/maintenance-fields.ts';
import type {ForgetFacts, ForgetWork, NewestArchive} from '../../../api/v1alpha1/mover-contract.ts';
import type {Retention} from '../../../api/v1alpha1/retention-fields.ts';

/** A schedule whose archives go into the repository. */
export type RetentionSchedule = {metadata: {name: string; namespace?: string}; spec: {retention?: Retention}};

/** A request is carried by an annotation, and these have a limit. */
const mostScopes = 500;
const mostAccepted = 512;
const mostReviewed = 64;
const mostExamples = 10;

/** Which policy is for which archives; undefined when there is none at all. A schedule without one of its own goes by the repository's. */
export function retentionScopes({spec}: Pick<BackupRepository, 'spec'>, schedules: readonly RetentionSchedule[]): Omit<ForgetWork, 'accepted'> | undefined {
	const scopes = schedules
		.flatMap(({metadata, spec: {retention}}) => (retention ? [{tag: scheduleTag(metadata.namespace ?? '', metadata.name), retention, fingerprint: fingerprintOf(retention)}] : []))
		.toSorted((left, right) => (left.tag < right.tag ? -1 : 1))
		.slice(0, mostScopes);
	const fallback = spec.retention && {retention: spec.retention, fingerprint: fingerprintOf(spec.retention)};
	return scopes.length > 0 || fallback ? {scopes, ...(fallback && {fallback})} : undefined;
}

/** Of the rules, in whatever order they were written. */
export function fingerprintOf(retention: Retention): string {
	const rules = Object.entries(retention).map(([rule, value]) => [rule, Array.isArray(value) ? value.toSorted() : value] as const);
	return digest(JSON.stringify(rules.toSorted(([left], [right]) => (left < right ? -1 : 1))));
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);

/** Forgets the consent to policies that are no more: whoever brings one back asks for it again. */
export function keepAccepted(status: RetentionStatus, scopes: Omit<ForgetWork, 'accepted'> | undefined): string[] {
	const named = new Map(scopes?.scopes.map(scope => [scope.tag, scope.fingerprint]));
	const current = (policy: string): boolean => {
		const at = policy.lastIndexOf('@');
		return policy.slice(at + 1) === (named.get(policy.slice(0, at)) ?? scopes?.fallback?.fingerprint);
	};
	const accepted = (status.accepted ?? []).filter(current);
	const review = (status.review ?? []).filter(({policy}) => current(policy));
	setReview(status, review);
	if (accepted.length > 0) status.accepted = accepted;
	else delete status.accepted;
	return accepted;
}

/** Puts policies in force whose grace is over, or that somebody accepts by name. @returns whether any now removes something */
export function acceptPolicies(status: RetentionStatus, acceptance: string | undefined, now: Date): boolean {
	const all = acceptance !== undefined && acceptance === status.fingerprint;
	const ripe = (status.review ?? []).filter(({effectiveTime}) => all || Date.parse(effectiveTime) <= now.getTime());
	if (ripe.length === 0) return false;
	accept(status, ripe.map(({policy}) => policy));
	setReview(status, (status.review ?? []).filter(entry => !ripe.includes(entry)));
	return true;
}

/** What an application of retention has found; policies that would remove nothing need nobody's consent. */
export function noteRetention(status: RetentionStatus, facts: ForgetFacts, {graceSeconds, now}: {graceSeconds: number; now: Date}): void {
	accept(status, facts.review.filter(({remove}) => remove === 0).map(({policy}) => policy));
	const before = new Map((status.review ?? []).map(entry => [entry.policy, entry]));
	setReview(status, facts.review.filter(({remove}) => remove > 0).slice(0, mostReviewed).map(({policy, remove, keep}) => {
		const sinceTime = before.get(policy)?.sinceTime ?? now.toISOString();
		return {policy, remove, keep, sinceTime, effectiveTime: new Date(Date.parse(sinceTime) + graceSeconds * 1000).toISOString()};
	}));
	if (status.review) status.examples = facts.reviewExamples.slice(0, mostExamples).map(example);
	if (facts.removed > 0) status.removed = facts.removedExamples.slice(0, mostExamples).map(example);
}

const example = ({id, time, hostname, path}: NewestArchive): NewestArchive => ({id, time, hostname, path});

const accept = (status: RetentionStatus, policies: readonly string[]): void => {
	const accepted = [...new Set([...(status.accepted ?? []), ...policies])].slice(0, mostAccepted);
	if (accepted.length > 0) status.accepted = accepted.toSorted();
};

function setReview(status: RetentionStatus, review: RetentionReview[]): void {
	if (review.length > 0) {
		status.review = review;
		status.fingerprint = digest(JSON.stringify(review.map(({policy}) => policy).toSorted()));
		return;
	}

	for (const field of ['review', 'fingerprint', 'examples'] as const) delete status[field];
}

/** When the next policy comes in force by itself. */
export function nextAcceptance({review = []}: RetentionStatus): Date | undefined {
	const first = review.map(({effectiveTime}) => Date.parse(effectiveTime)).toSorted((left, right) => left - right)[0];
	return first === undefined ? undefined : new Date(first);
}
