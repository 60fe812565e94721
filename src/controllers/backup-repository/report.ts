import type {BackupRepositoryStatus} from '../../api/v1alpha1/backup-repository.ts';
import {fieldManagers} from '../../api/v1alpha1/group.ts';
import {isKubeError} from '../../kube/kube-error.ts';
import {keyOfObject} from '../../kube/object.ts';
import {getCondition} from '../../kube/runtime/conditions.ts';
import {writeStatus} from '../../kube/runtime/status-writer.ts';
import {backupRepositories} from '../resources.ts';
import {withCareConditions} from '../repository-care/conditions.ts';
import {oneLine} from '../shared/one-line.ts';
import {standingOf} from '../shared/standing.ts';
import type {ConditionFrame, Standing} from '../shared/standing.ts';
import {halted} from '../shared/step.ts';
import type {StepOutcome} from '../shared/step.ts';
import type {RepositoryPass} from './pass.ts';
import {repositoryStatus, toldByProbe} from './status.ts';

/** Writes how the repository stands, and tells of changes. */
export async function report(pass: RepositoryPass, outcome: StepOutcome): Promise<void> {
	const {repository, clock, kube, signal} = pass;
	const generation = repository.metadata.generation ?? 0;
	const standing = pass.verdict ?? standingAfter(outcome, pass, generation);
	const frame = {generation, now: clock.now()};
	const next = withCare(repositoryStatus(pass.status, repository.spec, standing, frame), pass, frame);
	try {
		await writeStatus({kube, resource: backupRepositories, manager: fieldManagers.status, signal}, repository, next);
	} catch (error) {
		if (isKubeError(error) && error.notFound) return;
		throw error;
	}

	pass.status = next;
	pass.news.counted(keyOfObject(repository), pass.counted);
	if (pass.verdict) pass.metrics.probes.inc({reason: pass.verdict.reason});
	if (standing) announce(pass, standing);
}

/** Once there is a word on the repository itself, care has its own beside it. */
const withCare = (status: BackupRepositoryStatus, {repository}: RepositoryPass, frame: ConditionFrame): BackupRepositoryStatus =>
	status.conditions ? {...status, conditions: withCareConditions(status.conditions, {...repository, status}, frame)} : status;

/**
A probe under way changes nothing about a repository of which an earlier one told something: it stays Available, or says why it is not rather
than that it is being looked at. What keeps the probe itself from starting is worth more than an old failure.
*/
function standingAfter(outcome: StepOutcome, {status, inputs}: RepositoryPass, generation: number): Standing | undefined {
	if (!halted(outcome)) return undefined;
	const told = toldByProbe(status, {generation, fingerprint: inputs?.fingerprint});
	const quiet = outcome.kind === 'wait' && (told === 'Available' || (told === 'failure' && outcome.reason === 'Initializing'));
	return quiet ? undefined : standingOf(outcome);
}

function announce({repository, events}: RepositoryPass, {reason, message}: Standing): void {
	const before = getCondition(repository.status.conditions, 'Ready');
	if (before?.reason === reason || reason === 'Initializing') return;
	const available = reason === 'Available';
	events.record(repository, {type: available ? 'Normal' : 'Warning', reason: available ? 'RepositoryAvailable' : 'RepositoryUnavailable', action: 'Probe', note: oneLine(`${reason}: ${message}`, 900)});
}
