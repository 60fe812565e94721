import {readSnapshots} from '../snapshot-files.ts';
import {planForget} from './plan-forget.ts';
import {removeArchives} from './remove-archives.ts';
import type {Archive} from '../../archive.ts';
import type {HeldLock} from '../lock/held-lock.ts';
import type {OpenRepository} from '../open-repository.ts';
import type {GroupBy} from './group-archives.ts';
import type {ForgetPlan} from './plan-forget.ts';
import type {RetentionPolicy} from './retention-policy.ts';

export type ForgetOptions = {
	policy: RetentionPolicy;
	groupBy?: GroupBy;
	/** Archives for which this is false are neither counted nor removed. */
	select?: (archive: Archive) => boolean;
	/** Decide only. */
	dryRun?: boolean;
};

export type ForgetResult = ForgetPlan & {
	/** All archives of the repository that are left, or would be. */
	remaining: Archive[];
};

/** Applies a retention policy. `lock` is exclusive, unless it is a dry run. */
export async function forget(repository: OpenRepository, lock: HeldLock, options: ForgetOptions, signal: AbortSignal): Promise<ForgetResult> {
	const {policy, groupBy, select = () => true, dryRun = false} = options;
	const archives = await readSnapshots(repository, signal);
	const plan = planForget(archives.filter(select), policy, {now: repository.clock.now(), ...(groupBy ? {groupBy} : {})});
	if (!dryRun) await removeArchives(repository, lock, plan.remove, signal);
	const removed = new Set(plan.remove);
	return {...plan, remaining: archives.filter(archive => !removed.has(archive))};
}
