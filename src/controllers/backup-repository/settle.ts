import type {BackupRepositoryStatus, NewestArchiveStatus} from '../../api/v1alpha1/backup-repository.ts';
import type {MoverResult, RepositoryFacts} from '../../api/v1alpha1/mover-contract.ts';
import {reasonClass} from '../../api/v1alpha1/reasons.ts';
import {backoffDelayMs} from '../../base/backoff.ts';
import type {BackoffShape} from '../../base/backoff.ts';
import type {Attempt} from '../shared/attempt.ts';
import {recordAttempt} from '../shared/attempt.ts';
import {isOutage} from '../shared/circuit.ts';
import {humanBytes} from '../shared/human.ts';
import {locationOf} from '../shared/repository-request.ts';
import type {AttemptFailure} from '../shared/retry-plan.ts';
import type {MadeArchive} from '../shared/repository-news.ts';
import {describeOutage, noteProbe} from './circuit.ts';
import {noteKeys} from './note-keys.ts';
import type {RepositoryPass} from './pass.ts';

const soon: BackoffShape = {firstMs: 10_000, maxMs: 300_000};
/** What only a person mends is noticed by its Secret or spec at once; the world's part of it, such as a bucket's policy, at leisure. */
const atLeisure: BackoffShape = {firstMs: 60_000, maxMs: 600_000};

/** The repository opened: it is Available, and what was seen of it goes to status. */
export function settleSuccess(pass: RepositoryPass, attempt: Attempt, result: MoverResult): void {
	const {status, repository} = pass;
	const facts = result.repository;
	if (!facts) return settleFailure(pass, attempt, {reason: 'MoverFailed', again: 'Later', message: 'the mover reported success without naming the repository'});
	if (status.repositoryId && status.repositoryId !== facts.id) {
		return settleFailure(pass, attempt, {reason: 'NotARepository', again: 'No', message: `the location holds repository ${facts.id.slice(0, 8)}, and this object belongs to repository ${status.repositoryId.slice(0, 8)}`});
	}

	recordAttempt(status, attempt);
	if (status.lastProbeTime !== result.timings.endedAt) noteProbe(pass, 'answered');
	status.probedInputs = pass.inputs!.fingerprint;
	status.lastProbeTime = result.timings.endedAt;
	status.location = locationOf(repository.spec);
	delete status.attempts;
	delete status.nextAttemptTime;
	noteFacts(pass, facts);
	const what = facts.created ? 'was created' : 'was opened';
	pass.verdict = {reason: 'Available', message: `repository ${facts.id.slice(0, 8)} at ${status.location} ${what} with its password`};
}

/** A failed probe is always followed by another: a repository is no run. */
export function settleFailure(pass: RepositoryPass, attempt: Attempt, failure: AttemptFailure): void {
	const {status, random, clock} = pass;
	recordAttempt(status, attempt);
	status.probedInputs = pass.inputs!.fingerprint;
	const byPerson = reasonClass(failure.reason) === 'person';
	const judgedBefore = status.nextAttemptTime !== undefined;
	status.nextAttemptTime ??= new Date(clock.now().getTime() + backoffDelayMs(attempt.number, byPerson ? atLeisure : soon, random)).toISOString();
	if (isOutage(failure.reason) && !judgedBefore) noteProbe(pass, 'unreachable');
	const {reason, message} = isOutage(failure.reason) ? describeOutage(pass, failure) : failure;
	pass.verdict = {reason, message, goesOn: !byPerson};
}

export function noteFacts({status, repository, clock, settings}: RepositoryPass, facts: RepositoryFacts): void {
	status.repositoryId ??= facts.id;
	status.archives = facts.archives;
	status.locks = facts.locks;
	noteLocks(status, facts, `.${repository.metadata.namespace}.${settings.clusterId}`);
	noteKeys(status, repository.spec, facts, clock.now());
	if (facts.logicalBytes !== undefined) status.logicalBytes = facts.logicalBytes;
	if (facts.storedBytes !== undefined) status.storedBytes = facts.storedBytes;
	status.newest = newestByClaim(facts.newest);
	if (status.storedBytes !== undefined) status.summary = {...status.summary, size: humanBytes(status.storedBytes)};
}

/** Only locks of movers of this namespace are ever removed by themselves. */
function noteLocks(status: BackupRepositoryStatus, {heldLocks = []}: RepositoryFacts, scope: string): void {
	if (heldLocks.length === 0) {
		delete status.heldLocks;
		return;
	}

	status.heldLocks = heldLocks.map(({id, hostname, username, exclusive, refreshedAt}) => ({
		id, hostname, username, mode: exclusive ? 'Exclusive' : 'Shared', refreshTime: refreshedAt, owner: hostname.endsWith(scope) ? 'Mover' : 'Other',
	}));
}

/** Counts an archive that a run has made since the last probe. */
export function noteArchive({status}: Pick<RepositoryPass, 'status'>, {archive, storedBytes}: MadeArchive): void {
	status.archives = (status.archives ?? 0) + 1;
	status.storedBytes = (status.storedBytes ?? 0) + storedBytes;
	status.newest = newestByClaim([archive, ...(status.newest ?? [])]);
	status.summary = {...status.summary, size: humanBytes(status.storedBytes)};
}

const mostNewest = 50;

/** One for each claim, which is what the list's keys demand of it. */
function newestByClaim(archives: readonly NewestArchiveStatus[]): NewestArchiveStatus[] {
	const byClaim = new Map<string, NewestArchiveStatus>();
	for (const archive of archives.toSorted((left, right) => Date.parse(right.time) - Date.parse(left.time))) {
		const key = JSON.stringify([archive.hostname, archive.path]);
		if (!byClaim.has(key)) byClaim.set(key, archive);
	}

	return [...byClaim.values()].slice(0, mostNewest);
}
