import test from 'ava';
import {checkConditions} from '../../../src/api/v1alpha1/check-conditions.ts';
import {failures} from '../../../src/api/v1alpha1/failures.ts';
import {reasonsByKind} from '../../../src/api/v1alpha1/reasons-by-kind.ts';
import {reasonClass} from '../../../src/api/v1alpha1/reasons.ts';
import type {BackupRepositoryStatus} from '../../../src/api/v1alpha1/backup-repository.ts';
import type {RepositoryFacts} from '../../../src/api/v1alpha1/mover-contract.ts';
import {probeName} from '../../../src/controllers/backup-repository/children.ts';
import {beginPass} from '../../../src/controllers/backup-repository/pass.ts';
import type {RepositoryPass} from '../../../src/controllers/backup-repository/pass.ts';
import {noteArchive, settleFailure, settleSuccess} from '../../../src/controllers/backup-repository/settle.ts';
import {repositoryStatus, toldByProbe} from '../../../src/controllers/backup-repository/status.ts';
import type {Attempt} from '../../../src/controllers/shared/attempt.ts';
import {createRepositoryNews} from '../../../src/controllers/shared/repository-news.ts';
import {ago, archiveId, job, noJitter, now, repository, result} from '../_objects.ts';

const id = 'a1'.repeat(32);
const facts: RepositoryFacts = {id, created: false, archives: 2, newest: [{id: archiveId, time: ago(3600), hostname: 'shop', path: '/orders-db'}], storedBytes: 2048, locks: 0};
const attempt = (number = 1): Attempt => ({number, failedBefore: 0, job: job({}, `probe-${number}`), pods: [], state: {kind: 'starting'}});

function pass(status: BackupRepositoryStatus = {observedGeneration: -1}): RepositoryPass {
	const tools = {clock: {now: () => now}, random: noJitter, news: createRepositoryNews(), settings: {clusterId: '12345678'}} as unknown as Parameters<typeof beginPass>[1];
	return {...beginPass(repository({}, status), tools), inputs: {secrets: {versions: {}, credentialKeys: []}, fingerprint: 'f1'}};
}

const written = ({status, repository: object, verdict}: RepositoryPass) => ({...object, status: repositoryStatus(status, object.spec, verdict, {generation: 1, now})});

test('a repository that opens is Available and tells what it holds', t => {
	const opened = pass();
	settleSuccess(opened, attempt(), result({repository: facts}));
	const object = written(opened);
	t.deepEqual(checkConditions(object), []);
	t.like(object.status, {repositoryId: id, archives: 2, storedBytes: 2048, lastProbeTime: ago(1), probedInputs: 'f1', location: 's3:https://s3.example.net/backups/prod/shop', summary: {storage: 's3 backups', size: '2.0 KiB'}});
	t.is(object.status.attempts, undefined);
});

test('another repository at the location is refused, even when the mover opened it', t => {
	const moved = pass({observedGeneration: 1, repositoryId: 'b2'.repeat(32)});
	settleSuccess(moved, attempt(), result({repository: facts}));
	t.like(moved.verdict, {reason: 'NotARepository'});
	t.is(moved.status.repositoryId, 'b2'.repeat(32));
});

test('every failure of a probe keeps the contract and has a time for the next one', t => {
	for (const {reason, again} of Object.values(failures)) {
		if (!reasonsByKind.BackupRepository.includes(reason)) continue;
		const failed = pass();
		settleFailure(failed, attempt(), {reason, again, message: 'the store was asked and did not answer as it should'});
		const object = written(failed);
		t.deepEqual(checkConditions(object), []);
		t.is(object.status.nextAttemptTime, new Date(now.getTime() + (reasonClass(reason) === 'person' ? 60_000 : 10_000)).toISOString());
	}
});

test('probes that go on failing come ever more rarely', t => {
	const pauses = (reason: 'StoreUnreachable' | 'WrongPassword') => [1, 2, 3, 10].map(number => {
		const failed = pass();
		settleFailure(failed, attempt(number), {reason, again: 'Later', message: 'it failed'});
		return (Date.parse(failed.status.nextAttemptTime!) - now.getTime()) / 1000;
	});
	t.deepEqual(pauses('StoreUnreachable'), [10, 20, 40, 300]);
	t.deepEqual(pauses('WrongPassword'), [60, 120, 240, 600]);
});

test('a result that is seen twice, as after a crash, is told in the same way', t => {
	const once = pass();
	settleFailure(once, attempt(2), {reason: 'StoreUnreachable', again: 'Later', message: 'it failed'});
	const twice = {...pass(once.status), random: {...noJitter, fraction: () => 0}};
	settleFailure(twice, attempt(2), {reason: 'StoreUnreachable', again: 'Later', message: 'it failed'});
	t.deepEqual(twice.status, once.status);
});

test('the third probe in a row that finds no store opens the circuit; a result that is seen again counts once', t => {
	let status: BackupRepositoryStatus = {observedGeneration: 1};
	for (const number of [1, 2, 3]) {
		const {nextAttemptTime: _over, ...before} = status;
		const failed = pass(before);
		settleFailure(failed, attempt(number), {reason: 'StoreUnreachable', again: 'Later', message: 'connection refused'});
		const again = pass(failed.status);
		settleFailure(again, attempt(number), {reason: 'StoreUnreachable', again: 'Later', message: 'connection refused'});
		t.deepEqual(again.status, failed.status);
		t.is(failed.verdict!.reason, number < 3 ? 'StoreUnreachable' : 'CircuitOpen');
		t.deepEqual(checkConditions(written(failed)), []);
		status = failed.status;
	}

	const back = pass(status);
	settleSuccess(back, attempt(4), result({repository: facts}));
	t.like(back.status.circuit, {state: 'HalfOpen', movers: 1, failures: 0});
	const again = pass(back.status);
	settleSuccess(again, attempt(4), result({repository: facts}));
	t.deepEqual(again.status.circuit, back.status.circuit);
});

test('archives that runs make are counted without a probe', t => {
	const counting = pass({observedGeneration: 1, archives: 2, storedBytes: 1000, newest: facts.newest});
	noteArchive(counting, {archive: {id: 'c'.repeat(64), time: ago(5), hostname: 'shop', path: '/orders-db'}, storedBytes: 24, at: now});
	noteArchive(counting, {archive: {id: 'd'.repeat(64), time: ago(4), hostname: 'shop', path: '/logs'}, storedBytes: 1024, at: now});
	t.like(counting.status, {archives: 4, storedBytes: 2048, summary: {size: '2.0 KiB'}});
	t.deepEqual(counting.status.newest!.map(({path, id: archive}) => [path, archive[0]]), [['/logs', 'd'], ['/orders-db', 'c']]);
});

test('the list of newest archives has one of each claim, and at most 50', t => {
	const many = Array.from({length: 120}, (_, index) => ({id: archiveId, time: ago(index), hostname: 'shop', path: `/claim-${index % 60}`}));
	const opened = pass();
	settleSuccess(opened, attempt(), result({repository: {...facts, newest: many}}));
	const {newest} = opened.status;
	t.is(newest!.length, 50);
	t.is(new Set(newest!.map(({path}) => path)).size, 50);
	t.is(newest![0]!.time, ago(0));
});

const inputs = {generation: 1, fingerprint: 'f1'};
const standing = (reason: Parameters<typeof repositoryStatus>[2] & {}, probedInputs = 'f1') => repositoryStatus({probedInputs}, repository().spec, reason, {generation: 1, now});

test('a probe under way changes nothing about what an earlier one told, and nothing else is kept', t => {
	t.is(toldByProbe(standing({reason: 'Available', message: 'it was opened'}), inputs), 'Available');
	t.is(toldByProbe(standing({reason: 'WrongPassword', message: 'no key opens'}), inputs), 'failure');
	t.is(toldByProbe(standing({reason: 'WrongPassword', message: 'no key opens'}, 'before the Secret was mended'), inputs), undefined);
	t.is(toldByProbe(standing({reason: 'Available', message: 'it was opened'}), {...inputs, generation: 2}), undefined);
	t.is(toldByProbe(standing({reason: 'SecretNotFound', message: 'there is none'}), inputs), undefined);
	t.is(toldByProbe(standing({reason: 'Initializing', message: 'it is opened'}), inputs), undefined);
	t.is(toldByProbe({}, inputs), undefined);
});

test('however often a pass is repeated, the next probe is the same Job; after a result it is another', t => {
	const before = repository({}, {lastProbeTime: ago(3600)});
	t.is(probeName(before, 'f1', 1), probeName(before, 'f1', 1));
	const others = [probeName(before, 'f1', 2), probeName(before, 'f2', 1), probeName(repository({}, {lastProbeTime: ago(1)}), 'f1', 1)];
	t.is(new Set([probeName(before, 'f1', 1), ...others]).size, 4);
});

test('news of a repository are told once, and forgotten when they are in status', t => {
	const news = createRepositoryNews();
	const told: string[] = [];
	news.subscribe(key => told.push(key));
	const made = {archive: facts.newest[0]!, storedBytes: 1, at: now};
	news.archived('shop/offsite', made);
	news.archived('shop/offsite', {...made});
	const [first] = news.uncounted('shop/offsite');
	news.counted('shop/offsite', [first!]);
	t.is(news.uncounted('shop/offsite').length, 1);
	news.doubt('shop/offsite', now);
	t.true(news.isDoubted('shop/offsite', new Date(ago(1))));
	t.false(news.isDoubted('shop/offsite', now));
	t.false(news.isDoubted('shop/other', new Date(0)));
	t.deepEqual(told, ['shop/offsite', 'shop/offsite', 'shop/offsite']);
	news.forget('shop/offsite');
	t.deepEqual([news.uncounted('shop/offsite'), news.isDoubted('shop/offsite', new Date(0))], [[], false]);
});
