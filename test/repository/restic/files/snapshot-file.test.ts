import test from 'ava';
import {decodeSnapshot, encodeSnapshot} from '../../../../src/repository/restic/files/snapshot-file.ts';
import type {Archive} from '../../../../src/repository/archive.ts';

const id = '11'.repeat(32);
const tree = '22'.repeat(32);

// As restic 0.19.1 wrote it, but for the IDs.
const byRestic =
	`{"time":"2026-11-22T08:03:11.123456789+01:00","parent":"${'33'.repeat(32)}","tree":"${tree}","paths":["/data/a \\u0026 b"],"hostname":"host","username":"root","uid":1000,"gid":100,` +
	`"excludes":["*.tmp"],"tags":["daily"],"original":"${'44'.repeat(32)}","program_version":"restic 0.19.1","summary":{"backup_start":"2026-11-22T08:03:11.123456789+01:00","backup_end":"2026-11-22T08:03:12.000000001+01:00",` +
	'"files_new":3,"files_changed":2,"files_unmodified":1,"dirs_new":0,"dirs_changed":4,"dirs_unmodified":5,"data_blobs":6,"tree_blobs":7,"data_added":8000,"data_added_packed":900,"total_files_processed":6,"total_bytes_processed":123456}}';

test('a snapshot of restic is read with all it says, and written again to the same bytes', t => {
	const archive = decodeSnapshot(Buffer.from(byRestic), id);
	t.like(archive, {
		id,
		time: new Date('2026-11-22T07:03:11.123Z'),
		tree,
		paths: ['/data/a & b'],
		hostname: 'host',
		username: 'root',
		uid: 1000,
		gid: 100,
		excludes: ['*.tmp'],
		tags: ['daily'],
		programVersion: 'restic 0.19.1',
		summary: {backupEnd: new Date('2026-11-22T07:03:12.000Z'), filesNew: 3, dirsUnmodified: 5, dataAdded: 8000, dataAddedPacked: 900, totalBytesProcessed: 123_456},
	});
	t.is(encodeSnapshot(archive).toString(), byRestic);
});

test('members of others, in the summary too, stay when a snapshot is written again', t => {
	const text = `{"time":"2026-01-01T00:00:00Z","tree":"${tree}","paths":[],"label":"x","delete":{"After":"2027-01-01T00:00:00Z"},"parents":["a"]}`;
	t.is(encodeSnapshot(decodeSnapshot(Buffer.from(text), id)).toString(), text);

	const withSummary = text.replace('"label"', '"summary":{"backup_start":"2026-01-01T00:00:00Z","backup_end":"2026-01-01T00:00:01Z","files_new":1,"backup_duration":1.5,"command":"rustic backup"},"label"');
	const again = JSON.parse(encodeSnapshot(decodeSnapshot(Buffer.from(withSummary), id)).toString()) as {summary: unknown};
	t.like(again.summary, {files_new: 1, backup_duration: 1.5, command: 'rustic backup', tree_blobs: 0});
});

test('a time that is changed replaces the exact one that was read', t => {
	const archive = decodeSnapshot(Buffer.from(byRestic), id);
	const changed = encodeSnapshot({...archive, time: new Date('2026-12-01T00:00:00.5Z')}).toString();
	t.true(changed.startsWith('{"time":"2026-12-01T00:00:00.5Z",'));
});

test('an archive of ours is written with restic’s members alone, empty ones left out', t => {
	const archive: Omit<Archive, 'id'> = {
		time: new Date('2026-11-22T06:54:46.120Z'),
		tree,
		paths: ['/orders-db'],
		hostname: 'shop',
		username: 'lazarette',
		uid: 0,
		gid: 0,
		excludes: [],
		tags: [],
		programVersion: 'lazarette 0.1.0',
	};
	t.is(encodeSnapshot(archive).toString(), `{"time":"2026-11-22T06:54:46.12Z","tree":"${tree}","paths":["/orders-db"],"hostname":"shop","username":"lazarette","program_version":"lazarette 0.1.0"}`);
});

test('lists that Go wrote as null are empty', t => {
	const archive = decodeSnapshot(Buffer.from(`{"time":"2026-01-01T00:00:00Z","tree":"${tree}","paths":null,"tags":null,"parent":null}`), id);
	t.deepEqual([archive.paths, archive.tags, archive.excludes, archive.parent], [[], [], [], undefined]);
});

test('a malformed snapshot is damage that names snapshot and member', t => {
	const base = {time: '2026-01-01T00:00:00Z', tree, paths: ['/x']};
	for (const [member, value] of Object.entries({time: 'yesterday', tree: 'x', parent: 5, paths: '/x', hostname: 1, uid: -1, tags: [1], summary: 7})) {
		t.throws(() => decodeSnapshot(Buffer.from(JSON.stringify({...base, [member]: value})), id), {code: 'RepositoryDamaged', message: new RegExp(`^snapshot 11111111 has ${member} `)});
	}

	t.throws(() => decodeSnapshot(Buffer.from('{'), id), {code: 'RepositoryDamaged', message: /not JSON/});
	t.throws(() => decodeSnapshot(Buffer.from('null'), id), {code: 'RepositoryDamaged', message: /no JSON object/});
});
