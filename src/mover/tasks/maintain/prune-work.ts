import type {MaintainWork} from '../../../api/v1alpha1/mover-contract.ts';
import type {ResticRepository} from '../../../repository/restic/restic-repository.ts';
import type {MoverContext} from '../../mover-context.ts';
import {applyRetention} from './forget-work.ts';
import type {WorkResult} from './work-result.ts';
import {withTimeLimit} from './time-limit.ts';

/** Applies retention, if it is to, and removes what no archive needs any more. Between the two the lock is free for a backup that waits. */
export async function pruneWork(work: Extract<MaintainWork, {kind: 'prune'}>, repository: ResticRepository, context: MoverContext): Promise<WorkResult> {
	const forgotten = work.forget && (await applyRetention(work.forget, repository, context));
	const facts = {kind: 'prune', ...(forgotten && {forget: forgotten.facts, archives: forgotten.archives})} as const;
	const removed = forgotten ? `${forgotten.facts.removed} archives removed by retention; ` : '';

	const limits = {...(work.maxRepackBytes !== undefined && {maxRepackBytes: work.maxRepackBytes})};
	const pruned = await withTimeLimit(context, work.timeLimitSeconds, async signal => repository.prune(limits, signal));
	if (pruned === 'time is up') {
		return {facts: {...facts, pruneStopped: true}, message: `${removed}the prune was stopped`, warnings: [`it did not end within timeLimitSeconds (${work.timeLimitSeconds} s); what it did is kept, and the next prune goes on`]};
	}

	const {bytes, limitReached, archives} = pruned;
	return {
		facts: {...facts, archives, prune: {freedBytes: Math.max(0, bytes.freed), unusedBytes: bytes.unusedAfter, limitReached}},
		message: `${removed}${bytes.freed} bytes freed, ${bytes.unusedAfter} bytes of unused data left${limitReached ? ', more of it than should stay, for maxRepackBytes' : ''}`,
		warnings: [],
	};
}
