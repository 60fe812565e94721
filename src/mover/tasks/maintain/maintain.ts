import type {MaintainTask, MaintainWork, MoverRequest} from '../../../api/v1alpha1/mover-contract.ts';
import type {ResticRepository} from '../../../repository/restic/restic-repository.ts';
import type {Storage} from '../../../storage/storage.ts';
import type {MoverContext, TaskResult} from '../../mover-context.ts';
import {withRepository} from '../../open-request-repository.ts';
import {checkWork} from './check-work.ts';
import {deleteWork} from './delete-work.ts';
import {forgetWork} from './forget-work.ts';
import {pruneWork} from './prune-work.ts';
import {removeKeyWork} from './remove-key-work.ts';
import type {WorkResult} from './work-result.ts';

export const maintain = async (request: MoverRequest, {work}: MaintainTask, storage: Storage, context: MoverContext): Promise<TaskResult> =>
	withRepository(request, storage, context, async repository => maintainWith(repository, work, context));

/** Does one piece of repository care. Each work takes the lock it needs, and leaves the repository whole wherever it is cut off. */
export async function maintainWith(repository: ResticRepository, work: MaintainWork, context: MoverContext): Promise<TaskResult> {
	const {facts, message, warnings} = await doWork(work, repository, context);
	return {
		outcome: warnings.length > 0 ? 'SucceededWithWarnings' : 'Succeeded',
		message: [message, ...warnings].join('; '),
		maintenance: facts,
		skipped: [],
		skippedTotal: 0,
		removedLocks: repository.removedLocks,
	};
}

async function doWork(work: MaintainWork, repository: ResticRepository, context: MoverContext): Promise<WorkResult> {
	switch (work.kind) {
		case 'forget':
			return forgetWork(work, repository, context);
		case 'prune':
			return pruneWork(work, repository, context);
		case 'check':
			return checkWork(work, repository, context);
		case 'delete':
			return deleteWork(work, repository, context);
		case 'removeKey':
			return removeKeyWork(work, repository, context);
	}
}
