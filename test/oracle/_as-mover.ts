import {systemClock} from '../../src/base/clock.ts';
import {neverAborts} from '../../src/base/abort.ts';
import {systemRandom} from '../../src/base/random.ts';
import {archiveDirectory} from '../../src/engine/archive/archive-directory.ts';
import type {ArchiveDirectory} from '../../src/engine/archive/archive-directory.ts';
import type {ArchiveOutcome} from '../../src/engine/archive/archive-outcome.ts';
import {localIdentities} from '../../src/engine/archive/identities.ts';
import {judgeByPods} from '../../src/repository/restic/lock/lock-policy.ts';
import {openResticRepository} from '../../src/repository/restic/restic-repository.ts';
import type {OpenResticRepository, ResticRepository} from '../../src/repository/restic/restic-repository.ts';
import {password} from '../repository/restic/write/_repository.ts';
import type {Storage} from '../../src/storage/storage.ts';

const scope = '.shop.cluster1';

/** The repository as a mover of this name opens it, when the operator knows that some others are dead. Packs are small, so that there are several. */
export const openAsMover = async (storage: Storage, {name = 'mover', dead = [] as string[]} = {}, options: Partial<OpenResticRepository> = {}): Promise<ResticRepository> =>
	openResticRepository({
		storage,
		password,
		clock: systemClock,
		random: systemRandom,
		signal: neverAborts,
		holder: {hostname: `${name}${scope}`, username: 'lazarette', pid: 7, uid: 0, gid: 0},
		judgeLock: judgeByPods({scope, observedAt: new Date(), livePods: [], deadPods: dead}),
		packSize: 500_000,
		...options,
	});

/** Backs a volume up as a mover does, with nothing forgiven. */
export const archiveAsMover = async ({volume, ...options}: Pick<ArchiveDirectory, 'repository' | 'fileSystem'> & Partial<ArchiveDirectory> & {volume: string}): Promise<ArchiveOutcome> =>
	archiveDirectory({
		source: {directory: volume, recordedAs: '/orders'},
		hostname: 'shop',
		username: 'lazarette',
		tags: [],
		time: new Date(),
		parent: 'auto',
		onEmptySource: 'fail',
		onUnreadable: 'fail',
		identities: localIdentities(),
		clock: systemClock,
		signal: neverAborts,
		...options,
	});
