import test from 'ava';
import * as fc from 'fast-check';
import {cases} from '../../_cases.ts';
import {faultsOfMessage} from '../../../src/api/v1alpha1/checks/messages.ts';
import {latestProgress} from '../../../src/controllers/shared/mover-progress.ts';
import {parseMoverResult} from '../../../src/controllers/shared/mover-result.ts';
import {archiveId, backupResult, restoreResult, result} from '../_objects.ts';

test('what a mover writes is read back as it was written', t => {
	for (const written of [backupResult(), restoreResult(), result({exitCode: 8, outcome: 'Failed', errorCode: 'LockedByOther', message: 'locked by a restic'})]) {
		t.deepEqual(parseMoverResult(JSON.stringify(written)), written);
	}
});

test('no message, broken JSON, another version and a message over the limit are no results', t => {
	for (const message of [undefined, '', '{', '[]', 'null', '"Succeeded"', JSON.stringify({...backupResult(), version: 2}), JSON.stringify(backupResult({message: 'x'.repeat(5000)}))]) {
		t.is(parseMoverResult(message), undefined);
	}
});

test('success with a failing exit code, and failure with exit code 0, are no results', t => {
	t.is(parseMoverResult(JSON.stringify({...backupResult(), exitCode: 1})), undefined);
	t.is(parseMoverResult(JSON.stringify(result({exitCode: 0, outcome: 'Failed'}))), undefined);
});

test('members that are not what they should be are left out or count as nothing', t => {
	const read = parseMoverResult(JSON.stringify({...backupResult(), backup: {archive: '../../etc', filesTotal: -1, bytesRead: 1.5, bytesTotal: '9', bytesAdded: 1e300}, skipped: [{path: 7}, 'x', {path: '/a', reason: 'PermissionDenied'}]}));
	t.like(read, {backup: {filesTotal: 0, bytesRead: 0, bytesTotal: 0, bytesAdded: 0}, skipped: [{path: '/a', reason: 'PermissionDenied'}], skippedTotal: 1});
	t.is(read!.backup!.archive, undefined);
});

test('a message of several lines becomes one line', t => {
	t.is(parseMoverResult(JSON.stringify(backupResult({message: 'first\n\tsecond\r\nthird'})))!.message, 'first second third');
});

const jsonWith = (fields: fc.Arbitrary<unknown>) => fc.record({version: fc.constant(1), exitCode: fc.constantFrom(0, 1, 4, 'x'), outcome: fc.constantFrom('Succeeded', 'Failed', 3), timings: fc.constant(backupResult().timings), message: fields, errorCode: fields, backup: fields, restore: fields, repository: fields, skipped: fields, skippedTotal: fields, removedLocks: fields});

test('whatever somebody puts into a termination message, nothing of it breaks a status', t => {
	fc.assert(fc.property(jsonWith(fc.jsonValue({maxDepth: 3})), value => {
		const read = parseMoverResult(JSON.stringify(value));
		if (!read) return;
		t.true(Number.isSafeInteger(read.skippedTotal) && read.skippedTotal >= read.skipped.length && read.skipped.length <= 20);
		t.true(read.message.length <= 1024 && !/[\r\n]/v.test(read.message));
	}), {numRuns: cases(200)});
});

test('the newest whole progress line of a log counts, whatever stands around it', t => {
	const line = (filesDone: number): string => JSON.stringify({progress: {phase: 'Moving', filesDone, bytesDone: 10, bytesAdded: 1}});
	const log = ['cut off {"progress":{"phase":"Mov', line(1), '{"level":"info","msg":"hello"}', line(2), '{"progress":{"phase":"Dancing"}}', line(3).slice(0, 30)].join('\n');
	t.like(latestProgress(log), {phase: 'Moving', filesDone: 2});
	t.is(latestProgress('nothing\nhere\n'), undefined);
});

test('the fixtures of these tests are messages that the conditions contract allows', t => {
	t.deepEqual([backupResult().message, restoreResult().message].flatMap(faultsOfMessage), []);
	t.is(archiveId.length, 64);
});
