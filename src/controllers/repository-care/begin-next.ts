import {careNames} from '../../api/v1alpha1/maintenance-fields.ts';
import type {CareKind} from '../../api/v1alpha1/mover-contract.ts';
import {keyOfObject} from '../../kube/object.ts';
import {getCondition} from '../../kube/runtime/conditions.ts';
import type {RepositoryPass} from '../backup-repository/pass.ts';
import {liveMovers} from '../shared/queue/live-movers.ts';
import {needsAll} from './care-job.ts';
import {pendingDeletions} from './pending-deletions.ts';
import {gate} from './plan/gate.ts';
import {whatIsDue} from './plan/what-is-due.ts';
import {startCare} from './start-care.ts';

/** Movers that end are seen by a watch; this is for what is not. */
const lookAtMoversMs = 15_000;

/** Begins what is due, once nothing is in its way. @returns when to look again */
export async function beginNext(pass: RepositoryPass): Promise<number | undefined> {
	const {repository, status, caches, clock} = pass;
	const maintenance = status.maintenance!;
	const now = clock.now();
	const {removeTime, previous} = status.keys ?? {};
	const deletions = pendingDeletions(repository, caches);
	const due = whatIsDue(maintenance, {deletions: deletions.length > 0, ...(previous && removeTime && {removeKeyAt: new Date(removeTime)})}, now);
	if (due.kind === 'nothing' || !isUsable(pass)) {
		rest(pass);
		return due.kind === 'nothing' && due.at ? due.at.getTime() - now.getTime() : undefined;
	}

	const waitsFor = needsAll(due.kind) ? waitForMovers(pass, due.kind, now) : undefined;
	if (waitsFor !== undefined) return waitsFor;
	return startCare(due.kind, deletions, pass);
}

/** Care needs an opened repository; while it is not, its own conditions say why, and the next pass tries again. */
const isUsable = ({status, repository}: RepositoryPass): boolean =>
	getCondition(status.conditions, 'Ready')?.status === 'True' && status.observedGeneration === repository.metadata.generation && status.repositoryId !== undefined;

function rest({status}: RepositoryPass): void {
	delete status.maintenance!.waiting;
	delete status.maintenance!.exclusive;
}

/** @returns when to look again, or undefined when no mover is in the way */
function waitForMovers(pass: RepositoryPass, kind: CareKind, now: Date): number | undefined {
	const {repository, status, caches} = pass;
	const maintenance = status.maintenance!;
	const key = keyOfObject(repository);
	const movers = [...liveMovers(caches).values()].filter(mover => mover.repository === key).length;
	const sinceTime = maintenance.waiting?.sinceTime ?? now.toISOString();
	const state = gate(movers, now.getTime() - Date.parse(sinceTime));
	if (state.open) {
		delete maintenance.waiting;
		return undefined;
	}

	maintenance.waiting = {kind: careNames[kind], sinceTime};
	if (state.keepFree) maintenance.exclusive = careNames[kind];
	else delete maintenance.exclusive;
	return Math.min(state.againMs, lookAtMoversMs);
}
