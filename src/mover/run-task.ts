import type {MoverRequest} from '../api/v1alpha1/mover-contract.ts';
import {withClosing} from '../base/with-closing.ts';
import type {Storage} from '../storage/storage.ts';
import type {MoverContext, TaskResult} from './mover-context.ts';
import {openRequestStorage} from './open-request-storage.ts';
import {backUp} from './tasks/back-up.ts';
import {maintain} from './tasks/maintain/maintain.ts';
import {probe} from './tasks/probe.ts';
import {restore} from './tasks/restore.ts';

/** Opens the store, does the one task of the request, and closes the store again whatever happened. */
export async function runTask(request: MoverRequest, context: MoverContext): Promise<TaskResult> {
	const storage = await openRequestStorage(request.repository);
	return withClosing(async () => run(request, storage, context), async () => storage.close(), context.stayedOpen);
}

async function run(request: MoverRequest, storage: Storage, context: MoverContext): Promise<TaskResult> {
	switch (request.task.kind) {
		case 'probe':
			return probe(request, request.task, storage, context);
		case 'backup':
			return backUp(request, request.task, storage, context);
		case 'restore':
			return restore(request, request.task, storage, context);
		case 'maintain':
			return maintain(request, request.task, storage, context);
	}
}
