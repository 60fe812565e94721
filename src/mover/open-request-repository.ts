import {dirname, basename} from 'node:path';
import {withClosing} from '../base/with-closing.ts';
import {moverPaths} from '../api/v1alpha1/mover-contract.ts';
import type {LockHolder, MoverRequest} from '../api/v1alpha1/mover-contract.ts';
import {judgeByPods} from '../repository/restic/lock/lock-policy.ts';
import {openResticRepository} from '../repository/restic/restic-repository.ts';
import type {OpenResticRepository, ResticRepository} from '../repository/restic/restic-repository.ts';
import type {Storage} from '../storage/storage.ts';
import type {MoverContext} from './mover-context.ts';
import {readRequiredFile} from './read-secret.ts';

/** What opening or creating the request's repository takes. */
export async function repositoryOptions(request: MoverRequest, storage: Storage, {clock, random, signal}: MoverContext): Promise<OpenResticRepository> {
	const {expectedId} = request.repository;
	return {
		storage,
		password: await readRequiredFile(dirname(moverPaths.password), basename(moverPaths.password)),
		clock,
		random,
		signal,
		holder: {hostname: request.holder.name, username: 'lazarette', pid: process.pid, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0},
		judgeLock: judgeByPods(podFacts(request.holder)),
		...(expectedId !== undefined && {expectedId}),
	};
}

/** Opens the request's repository, gives it to `use`, and returns its lock whatever happened. A lock that stays behind does not undo what was done: it is this pod's, and goes with it. */
export async function withRepository<T>(request: MoverRequest, storage: Storage, context: MoverContext, use: (repository: ResticRepository) => Promise<T>): Promise<T> {
	const repository = await openResticRepository(await repositoryOptions(request, storage, context));
	context.opened();
	return withClosing(async () => use(repository), async () => repository.close(), context.stayedOpen);
}

const podFacts = ({scope, observedAt, livePods, deadPods}: LockHolder): Parameters<typeof judgeByPods>[0] => ({scope, observedAt: new Date(observedAt), livePods, deadPods});
