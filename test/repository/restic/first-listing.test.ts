import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {isLazaretteError} from '../../../src/base/errors.ts';
import {withFaults} from '../../../src/storage/wrap/fault.ts';
import {quickRepository} from './prune/_quick-repository.ts';
import {backUp} from './write/_back-up.ts';
import {reopen, temporaryDirectory, testClock} from './write/_repository.ts';
import type {Storage, StoredObject} from '../../../src/storage/storage.ts';

/** Lists several prefixes in one call, as S3 does, and keeps what was listed. */
function together(listed: string[]): (storage: Storage) => Storage {
	return base => {
		const lists: Storage = {
			...base,
			async listTogether(prefixes, signal) {
				const found = new Map<string, StoredObject[]>();
				for (const prefix of prefixes) found.set(prefix, await Array.fromAsync(base.list(prefix, signal)));
				return found;
			},
		};
		return withFaults(lists, ({operation, key}) => {
			if (operation === 'list') listed.push(key);
			return undefined;
		});
	};
}

const atOnce = 'keys/,locks/,snapshots/';

test('opening, the search for a parent and the first look for locks are one listing', async t => {
	const {path, repository} = await quickRepository(t);
	const {archive} = await backUp(repository, temporaryDirectory(t));
	await repository.close();

	const listed: string[] = [];
	const {repository: again} = await reopen(t, path, {wrap: together(listed)});
	t.deepEqual((await again.archivesAtOpening(neverAborts)).map(({id}) => id), [archive.id]);
	const writer = await again.startArchive({parent: archive}, neverAborts);
	await writer.abandon();
	await again.close();
	t.deepEqual(listed.filter(prefix => prefix !== 'locks/'), [atOnce, 'index/']);
	t.true(listed.filter(prefix => prefix === 'locks/').length <= 1, 'the second look, unless the lock was given back before');
});

test('what was listed at the opening serves once and for some seconds', async t => {
	const {path, repository} = await quickRepository(t);
	const source = temporaryDirectory(t);
	await backUp(repository, source);
	const clock = testClock();
	const listed: string[] = [];
	const {repository: again} = await reopen(t, path, {clock, wrap: together(listed)});
	t.is((await again.archivesAtOpening(neverAborts)).length, 1);
	await backUp(repository, source);
	t.is((await again.archivesAtOpening(neverAborts)).length, 2);
	t.deepEqual(listed, [atOnce, 'snapshots/']);

	const {repository: late} = await reopen(t, path, {clock, wrap: together(listed)});
	await backUp(repository, source);
	clock.advance(60_000);
	t.is((await late.archivesAtOpening(neverAborts)).length, 3);
	t.is((await late.archives(neverAborts)).length, 3);
	t.deepEqual(listed.slice(2), [atOnce, 'snapshots/', 'snapshots/']);
});

test('a lock that came after the opening is found by the second look, before anything changes', async t => {
	const {path, repository: other} = await quickRepository(t);
	await backUp(other, temporaryDirectory(t));
	await other.close();
	const listed: string[] = [];
	const {repository} = await reopen(t, path, {wrap: together(listed)});
	const writer = await other.startArchive({}, neverAborts);
	const error = await t.throwsAsync(repository.prune({}, neverAborts));
	t.true(isLazaretteError(error, 'LockedByOther'), error?.stack);
	await writer.abandon();
	await other.close();
	t.deepEqual(listed.filter(prefix => prefix === 'locks/').length, 1, 'the first look was made at the opening');
	await repository.prune({}, neverAborts);
	t.deepEqual(listed.filter(prefix => prefix === 'locks/').length, 3);
});
