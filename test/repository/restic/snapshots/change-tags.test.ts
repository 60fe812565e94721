import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {encodeUnpacked} from '../../../../src/repository/restic/files/unpacked.ts';
import {changeTags, changedTags} from '../../../../src/repository/restic/snapshots/change-tags.ts';
import {pinnedTag} from '../../../../src/repository/restic/snapshots/pinned.ts';
import {acquireLock} from '../../../../src/repository/restic/lock/acquire-lock.ts';
import {judgeAllLive} from '../../../../src/repository/restic/lock/lock-policy.ts';
import {readSnapshots} from '../../../../src/repository/restic/snapshot-files.ts';
import {backUp} from '../write/_back-up.ts';
import {testHolder} from '../write/_repository.ts';
import {quickRepository} from '../prune/_quick-repository.ts';
import {pruneWorld} from '../prune/_prune-world.ts';

test('tags come, go and are replaced, each once and in their order', t => {
	t.deepEqual(changedTags(['a', 'b'], {add: ['c', 'a', 'c']}), ['a', 'b', 'c']);
	t.deepEqual(changedTags(['a', 'b'], {remove: ['a', 'x'], add: ['y']}), ['b', 'y']);
	t.deepEqual(changedTags(['a', 'b'], {set: ['z', 'z']}), ['z']);
	t.deepEqual(changedTags(['a', 'b'], {set: []}), []);
	for (const tag of ['', 'a,b', ' a']) {
		const error = t.throws(() => changedTags([], {add: [tag]}));
		t.true(isLazaretteError(error, 'BadRequest'));
	}
});

test('an archive with other tags is the same but for its ID, and remembers its first', async t => {
	const {repository} = await quickRepository(t);
	const {archive} = await backUp(repository, import.meta.dirname, {tags: ['a']});
	const [first] = await repository.changeTags({select: ({id}) => id === archive.id, change: {add: ['b']}}, neverAborts);
	const [second] = await repository.changeTags({select: () => true, change: {set: ['c']}}, neverAborts);
	const archives = await repository.archives(neverAborts);
	t.is(archives.length, 1);
	t.not(archives[0]!.id, archive.id);
	t.deepEqual(archives[0], second!.after);
	t.deepEqual({...archives[0], id: archive.id}, {...archive, tags: ['c'], original: archive.id});
	t.is(first!.before.id, archive.id);
	t.deepEqual(await repository.changeTags({select: () => true, change: {add: ['c'], remove: ['b']}}, neverAborts), [], 'nothing to change, nothing written');
});

test('the exact time of an archive, its zone, and what others wrote into it survive', async t => {
	const world = pruneWorld(t);
	const {repository} = world;
	const json = `{"time":"2026-02-03T04:05:06.123456789+05:30","tree":"${'a'.repeat(64)}","paths":["/x"],"hostname":"h","label":"rustic’s","delete":"Never","summary":{"backup_start":"2026-02-03T04:05:05+05:30","backup_end":"2026-02-03T04:05:06.1+05:30","files_new":1,"total_duration":1.5}}`;
	await repository.storage.put(`snapshots/${'b'.repeat(64)}`, encodeUnpacked(repository.sealer, Buffer.from(json)), neverAborts);
	const lock = await acquireLock({...repository, holder: testHolder, judge: judgeAllLive, exclusive: true, signal: neverAborts});
	t.teardown(async () => lock.release());
	await changeTags(repository, lock, {select: () => true, change: {add: ['kept']}}, neverAborts);
	const [archive] = await readSnapshots(repository, neverAborts);
	t.deepEqual(archive!.tags, ['kept']);
	t.is(archive!.original, 'b'.repeat(64));
	t.like(archive!.foreign, {time: '2026-02-03T04:05:06.123456789+05:30', label: 'rustic’s', delete: 'Never', summary: {total_duration: 1.5, backup_end: '2026-02-03T04:05:06.1+05:30'}});
});

test('a pinned archive is neither forgotten nor removed, until it is unpinned', async t => {
	const {repository} = await quickRepository(t);
	await backUp(repository, import.meta.dirname, {time: new Date('2026-01-01T00:00:00Z')});
	await backUp(repository, import.meta.dirname, {time: new Date('2026-01-02T00:00:00Z')});
	const [pinned] = await repository.pin(({time}) => time.getUTCDate() === 1, neverAborts);
	t.deepEqual(pinned!.after.tags, [pinnedTag]);

	t.deepEqual((await repository.forget({policy: {last: 1}}, neverAborts)).forgotten.remove, []);
	const error = await t.throwsAsync(repository.removeArchives(await repository.archives(neverAborts), neverAborts));
	t.true(isLazaretteError(error, 'BadRequest'), error?.stack);
	t.is((await repository.archives(neverAborts)).length, 2, 'none of them was removed');

	await repository.unpin(() => true, neverAborts);
	t.is((await repository.forget({policy: {last: 1}, dryRun: true}, neverAborts)).forgotten.remove.length, 1);
	t.is((await repository.archives(neverAborts)).length, 2);
	t.is((await repository.forget({policy: {last: 1}}, neverAborts)).forgotten.remove.length, 1);
	t.is((await repository.archives(neverAborts)).length, 1);
	await repository.removeArchives(await repository.archives(neverAborts), neverAborts);
	t.deepEqual(await repository.archives(neverAborts), []);
});

test('an archive that is being written while its repository is pruned through the same object never becomes visible', async t => {
	const {repository} = await quickRepository(t);
	const writer = await repository.startArchive({}, neverAborts);
	writer.enterDirectory();
	const tree = await writer.leaveDirectory();
	await repository.prune({}, neverAborts);
	const error = await t.throwsAsync(writer.finish({time: new Date(), tree, paths: ['/'], hostname: 'h', username: 'u', excludes: [], tags: []}));
	t.true(isLazaretteError(error, 'LockLost'), error?.stack);
	await writer.abandon();
	t.deepEqual(await repository.archives(neverAborts), []);
});
