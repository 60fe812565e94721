import {annotations} from '../../api/v1alpha1/group.ts';
import type {MaintenanceStatus} from '../../api/v1alpha1/maintenance-fields.ts';
import {careKinds} from '../../api/v1alpha1/mover-contract.ts';
import type {RepositoryPass} from '../backup-repository/pass.ts';
import {proceed} from '../shared/step.ts';
import type {Step} from '../shared/step.ts';
import {beginNext} from './begin-next.ts';
import {followCare} from './follow-care.ts';
import {acceptPolicies, keepAccepted, nextAcceptance, retentionScopes} from './plan/retention-scopes.ts';
import {keepTimes} from './plan/timetable.ts';
import {schedulesOf} from './schedules-of.ts';

/**
Repository care, beside the probes: works out what is due, follows the one Job that does it, and begins the next. It never holds up the pass, and the
repository stays as Ready as it is: what care finds is told by the conditions Maintained and Checked.
*/
export const tend: Step<RepositoryPass> = async pass => {
	const {repository, status, clock} = pass;
	const now = clock.now();
	const maintenance = (status.maintenance ??= {});
	keepTimes(maintenance, {maintenance: repository.spec.maintenance, uid: repository.metadata.uid, now});
	if (putPoliciesInForce(pass, now)) (maintenance.forget ??= {}).nextTime = now.toISOString();

	if (repository.metadata.generation !== status.observedGeneration) retryAtOnce(maintenance);

	const following = await followCare(pass);
	if (following.kind === 'busy') lookAgain(pass, following.retryAfterMs);
	else lookAgain(pass, await beginNext(pass));

	const ripe = status.retention && nextAcceptance(status.retention);
	if (ripe) lookAgain(pass, ripe.getTime() - now.getTime());
	dropEmpty(status);
	return proceed();
};

/** @returns whether any policy came in force that removes something */
function putPoliciesInForce({repository, status, caches}: RepositoryPass, now: Date): boolean {
	const retention = (status.retention ??= {});
	keepAccepted(retention, retentionScopes(repository, schedulesOf(repository, caches)));
	const {maintenance} = repository.spec;
	if (!maintenance?.prune && !maintenance?.forget) return false;
	return acceptPolicies(retention, repository.metadata.annotations?.[annotations.acceptRetention], now);
}

/** Whoever has changed the spec may have mended what failed. */
function retryAtOnce(maintenance: MaintenanceStatus): void {
	for (const kind of careKinds) delete maintenance[kind]?.retryTime;
}

function lookAgain(pass: RepositoryPass, afterMs: number | undefined): void {
	if (afterMs !== undefined) pass.careAgainMs = Math.max(0, Math.min(pass.careAgainMs ?? Infinity, afterMs));
}

/** A repository that asks for no care shows none. */
function dropEmpty(status: RepositoryPass['status']): void {
	for (const field of ['maintenance', 'retention'] as const) {
		if (status[field] && Object.keys(status[field]).length === 0) delete status[field];
	}
}
