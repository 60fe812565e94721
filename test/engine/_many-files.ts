import {writeFileSync} from 'node:fs';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {archiveDirectory} from '../../src/engine/archive/archive-directory.ts';
import {noIdentities} from '../../src/engine/archive/identities.ts';
import {openLinuxFileSystem} from '../../src/engine/file-system/linux/open-linux-file-system.ts';
import {restoreArchive} from '../../src/engine/restore/restore-archive.ts';
import {judgeAllLive} from '../../src/repository/restic/lock/lock-policy.ts';
import {createResticRepository} from '../../src/repository/restic/restic-repository.ts';
import {openFilesystemStorage} from '../../src/storage/filesystem/open-filesystem-storage.ts';

// A process of its own, so that its memory is its own: archives a directory twice, restores it, and writes down what that took.
const [source, repositoryPath, target, report] = process.argv.slice(2) as [string, string, string, string];
const fileSystem = await openLinuxFileSystem();
const storage = openFilesystemStorage({kind: 'filesystem', path: repositoryPath});
const repository = await createResticRepository({
	storage,
	password: 'wueQTmy1tlpgQEGoofPDA7+D+bjSjTYsUGEgPMmYSuU=',
	clock: systemClock,
	random: systemRandom,
	signal: neverAborts,
	holder: {hostname: 'pod', username: 'tester', pid: 1, uid: 0, gid: 0},
	judgeLock: judgeAllLive,
});
const archive = async () =>
	archiveDirectory({
		repository,
		fileSystem,
		source: {directory: source, recordedAs: '/volume'},
		hostname: 'host',
		username: 'tester',
		tags: [],
		time: new Date(),
		parent: 'auto',
		onEmptySource: 'fail',
		onUnreadable: 'fail',
		identities: noIdentities,
		clock: systemClock,
		signal: neverAborts,
	});
const first = await archive();
const second = await archive();
const restored = await restoreArchive({
	repository,
	fileSystem,
	archive: second.archive,
	subtree: '/volume',
	target,
	paths: [],
	overwrite: 'IfChanged',
	deleteExtra: true,
	preview: false,
	ownership: 'archive',
	clock: systemClock,
	signal: neverAborts,
});
await repository.close();
await storage.close();
const {maxRSS} = process.resourceUsage();
writeFileSync(report, JSON.stringify({files: first.tally.filesNew, readAgain: second.tally.filesRead, restored: restored.tally.filesRestored, peakMiB: Math.round(maxRSS / 1024)}));
