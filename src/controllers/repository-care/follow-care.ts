import {careKindOf} from '../../api/v1alpha1/maintenance-fields.ts';
import {jobs} from '../../kube/resources.ts';
import type {Job} from '../../kube/resources.ts';
import type {RepositoryPass} from '../backup-repository/pass.ts';
import {observeJob} from '../shared/attempt.ts';
import {followMover} from '../shared/follow-mover.ts';
import {careJobs, careNote} from './care-job.ts';
import type {CareNote} from './care-job.ts';
import {noteFailure, settleCare} from './settle-care.ts';

export type CareFollowing = {kind: 'none'} | {kind: 'busy'; retryAfterMs: number};

/** The next piece of care begins when the Job of the last one is gone, and its locks are known to be dead. */
const nextSoonMs = 1000;

/** Looks at the Job of repository care that there is; there is never more than one. */
export async function followCare(pass: RepositoryPass): Promise<CareFollowing> {
	const [job] = careJobs(pass.repository, pass.caches);
	if (!job) return lookForLost(pass);
	const note = careNote(job);
	if (!note) return ended(pass, job);
	return follow(job, note, pass);
}

async function follow(job: Job, note: CareNote, pass: RepositoryPass): Promise<CareFollowing> {
	// Status tells its end already; only its removal is left.
	if (pass.status.maintenance![note.kind]?.lastJob === job.metadata.name) return ended(pass, job);
	const {state, ...attempt} = await observeJob(job, pass);
	if (state.kind === 'succeeded') {
		await settleCare(note, job, state.result, pass);
		return ended(pass, job);
	}

	if (state.kind === 'failed') {
		noteFailure(pass, note.kind, {...state.failure, job: job.metadata.name});
		return ended(pass, job);
	}

	const following = await followMover({...attempt, state}, {firstReadTime: pass.status.lastProbeTime}, pass);
	if (following.kind === 'overdue') {
		noteFailure(pass, note.kind, {...following.failure, job: job.metadata.name});
		return ended(pass, job);
	}

	return {kind: 'busy', retryAfterMs: following.halt.retryAfterMs ?? 15_000};
}

/** Status knows of a Job that nobody sees: somebody removed it, which is as good as a failure. */
async function lookForLost(pass: RepositoryPass): Promise<CareFollowing> {
	const {maintenance} = pass.status;
	if (!maintenance?.job) return {kind: 'none'};
	const {name} = maintenance.job;
	const kind = careKindOf(maintenance.job.kind);
	const job = await pass.kube.get(jobs, {namespace: pass.repository.metadata.namespace, name}, pass.signal);
	if (job && !job.metadata.deletionTimestamp) return {kind: 'busy', retryAfterMs: nextSoonMs};
	if (maintenance[kind]?.lastJob !== name) noteFailure(pass, kind, {reason: 'MoverFailed', message: `Job ${name} was removed before its end was seen`, job: name});
	delete maintenance.job;
	delete maintenance.exclusive;
	return {kind: 'none'};
}

function ended(pass: RepositoryPass, job: Job): CareFollowing {
	pass.ended.add(job.metadata.name);
	delete pass.status.maintenance!.job;
	delete pass.status.maintenance!.exclusive;
	return {kind: 'busy', retryAfterMs: nextSoonMs};
}
