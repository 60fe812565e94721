// Run as a process of its own: one attempt of a mover, as the operator starts it. Arguments: repository, source, own name, names of dead movers.
import {systemClock} from '../../src/base/clock.ts';
import {neverAborts} from '../../src/base/abort.ts';
import {systemRandom} from '../../src/base/random.ts';
import {archiveDirectory} from '../../src/engine/archive/archive-directory.ts';
import {localIdentities} from '../../src/engine/archive/identities.ts';
import {openLinuxFileSystem} from '../../src/engine/file-system/linux/open-linux-file-system.ts';
import {judgeByPods} from '../../src/repository/restic/lock/lock-policy.ts';
import {openResticRepository} from '../../src/repository/restic/restic-repository.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';
import {password} from '../repository/restic/write/_repository.ts';

const scope = '.shop.cluster1';
const [path, source, name, dead] = process.argv.slice(2) as [string, string, string, string];
const storage = openFilesystemStorage({kind: 'filesystem', path});
const repository = await openResticRepository({
	storage,
	password,
	clock: systemClock,
	random: systemRandom,
	signal: neverAborts,
	holder: {hostname: `${name}${scope}`, username: 'lazarette', pid: 7, uid: 0, gid: 0},
	judgeLock: judgeByPods({scope, observedAt: new Date(), livePods: [], deadPods: dead.split(',')}),
	packSize: 500_000,
});
await archiveDirectory({
	repository,
	fileSystem: await openLinuxFileSystem(),
	source: {directory: source, recordedAs: '/orders'},
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
});
await repository.close();
await storage.close();
