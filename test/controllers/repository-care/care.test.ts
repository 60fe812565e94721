import test from 'ava';
import type {BackupRepositoryStatus} from '../../../src/api/v1alpha1/backup-repository.ts';
import {checkConditions} from '../../../src/api/v1alpha1/check-conditions.ts';
import {failures} from '../../../src/api/v1alpha1/failures.ts';
import type {MaintenanceFacts} from '../../../src/api/v1alpha1/mover-contract.ts';
import {reasonsByKind} from '../../../src/api/v1alpha1/reasons-by-kind.ts';
import {beginPass} from '../../../src/controllers/backup-repository/pass.ts';
import type {RepositoryPass} from '../../../src/controllers/backup-repository/pass.ts';
import {noteKeys} from '../../../src/controllers/backup-repository/note-keys.ts';
import {repositoryStatus} from '../../../src/controllers/backup-repository/status.ts';
import {careJobName, careNote} from '../../../src/controllers/repository-care/care-job.ts';
import {withCareConditions} from '../../../src/controllers/repository-care/conditions.ts';
import {noteFailure, settleCare} from '../../../src/controllers/repository-care/settle-care.ts';
import {readyRepository} from '../../../src/controllers/shared/ready-repository.ts';
import {ago, job, noJitter, now, repository, result} from '../_objects.ts';
import {maintenance} from './_care.ts';

const spec = {
	retention: {last: 2},
	maintenance: maintenance({
		prune: {cron: '0 4 * * *', timeZone: 'Etc/UTC', timeLimitSeconds: 3600},
		check: {cron: '0 5 * * *', timeZone: 'Etc/UTC', fullEveryDays: 30, timeLimitSeconds: 3600},
		jitterSeconds: 0,
	}),
};
const soon = new Date(now.getTime() + 3_600_000).toISOString();

function pass(status: BackupRepositoryStatus): RepositoryPass {
	const counter = {inc: () => undefined};
	const tools = {clock: {now: () => now}, random: noJitter, events: {record: () => undefined}, metrics: {care: counter}} as unknown as Parameters<typeof beginPass>[1];
	return beginPass(repository(spec, {observedGeneration: 1, ...status}), tools);
}

const judged = ({status, repository: object}: RepositoryPass, at = now) => {
	const whole = repositoryStatus(status, object.spec, {reason: 'Available', message: 'it was opened with its password'}, {generation: 1, now: at});
	return {...object, status: {...whole, conditions: withCareConditions(whole.conditions!, {...object, status: whole}, {generation: 1, now: at})}};
};
const condition = (object: ReturnType<typeof judged>, type: string) => object.status.conditions.find(each => each.type === type);
const pruned: MaintenanceFacts = {kind: 'prune', archives: 3, prune: {freedBytes: 1024, unusedBytes: 10, limitReached: false}, forget: {removed: 1, kept: 3, lastGood: 0, removedExamples: [], review: [], reviewExamples: []}};
const checked = (problems: number, part = 1): MaintenanceFacts => ({kind: 'check', check: {part, parts: 24, problems, warnings: 0, bytesRead: 99, findings: problems > 0 ? [{object: 'data/ab/abcd', message: 'a blob is damaged'}] : []}});

test('before the first time nothing is claimed, and afterwards care says how it went', async t => {
	const tended = pass({storedBytes: 4096, maintenance: {prune: {nextTime: soon}, check: {nextTime: soon, parts: 24, provenSinceTime: ago(60)}}});
	t.deepEqual(['Maintained', 'Checked'].map(type => condition(judged(tended), type)?.status), ['Unknown', 'Unknown']);
	t.deepEqual(checkConditions(judged(tended)), []);

	await settleCare({kind: 'prune'}, job({}, 'care-1'), result({maintenance: pruned, message: 'it was pruned'}), tended);
	await settleCare({kind: 'check'}, job({}, 'care-2'), result({maintenance: checked(0), message: 'it was checked'}), tended);
	const object = judged(tended);
	t.deepEqual(checkConditions(object), []);
	t.like(condition(object, 'Maintained'), {status: 'True', reason: 'MaintainedInTime'});
	t.like(condition(object, 'Checked'), {status: 'True', reason: 'DataProven'});
	t.like(object.status, {archives: 3, storedBytes: 3072, maintenance: {prune: {lastJob: 'care-1', nextTime: '2026-11-22T04:00:00.000Z', extent: 'Complete'}, check: {part: 1, nextTime: '2026-11-22T05:00:00.000Z'}}});
});

test('a prune that was stopped is no maintenance that was done, and nothing is said of what it freed', async t => {
	const tended = pass({storedBytes: 4096, maintenance: {prune: {nextTime: soon, freedBytes: 5, unusedBytes: 6, extent: 'Complete'}}});
	await settleCare({kind: 'prune'}, job({}, 'care-1'), result({outcome: 'SucceededWithWarnings', maintenance: {kind: 'prune', pruneStopped: true}, message: 'the prune was stopped'}), tended);
	const stopped = judged(tended);
	t.deepEqual(checkConditions(stopped), []);
	t.like(condition(stopped, 'Maintained'), {status: 'False', reason: 'DeadlineExceeded'});
	t.regex(condition(stopped, 'Maintained')!.message, /the next one goes on 2026-11-22T04:00:00.000Z\. Raise maintenance\.prune\.timeLimitSeconds/v);
	t.like(stopped.status, {storedBytes: 4096, maintenance: {prune: {extent: 'Stopped', freedBytes: undefined, unusedBytes: undefined}}});

	await settleCare({kind: 'prune'}, job({}, 'care-2'), result({maintenance: pruned}), tended);
	t.like(condition(judged(tended), 'Maintained'), {status: 'True', reason: 'MaintainedInTime'});
});

test('damage is told with the name of the file, while the repository stays usable', async t => {
	const tended = pass({maintenance: {check: {nextTime: soon, parts: 24, provenSinceTime: ago(60)}}});
	await settleCare({kind: 'check'}, job({}, 'care-1'), result({outcome: 'SucceededWithWarnings', maintenance: checked(2)}), tended);
	const object = judged(tended);
	t.deepEqual(checkConditions(object), []);
	t.like(condition(object, 'Checked'), {status: 'False', reason: 'RepositoryDamaged'});
	t.regex(condition(object, 'Checked')!.message, /data\/ab\/abcd: a blob is damaged/v);
	t.is(condition(object, 'Ready')?.status, 'True');

	await settleCare({kind: 'check'}, job({}, 'care-2'), result({maintenance: checked(0, 2)}), tended);
	t.is(condition(judged(tended), 'Checked')?.reason, 'RepositoryDamaged', 'another share proves nothing about the damaged one');
});

test('every failure of care keeps the contract and has a time for the next attempt, ever more rarely', t => {
	for (const {reason} of Object.values(failures)) {
		if (!reasonsByKind.BackupRepository.includes(reason)) continue;
		const failed = pass({maintenance: {prune: {nextTime: ago(60)}}});
		noteFailure(failed, 'prune', {reason, message: 'the store was asked and did not answer as it should', job: 'care-1'});
		const object = judged(failed);
		t.deepEqual(checkConditions(object), []);
		t.is(condition(object, 'Maintained')?.status, reason === 'LockedByOther' ? 'Unknown' : 'False', reason);
		t.true(Date.parse(object.status.maintenance!.prune!.retryTime!) > now.getTime());
	}

	const failing = pass({maintenance: {}});
	const pauses = Array.from({length: 12}, () => {
		noteFailure(failing, 'prune', {reason: 'StoreUnreachable', message: 'it failed'});
		return (Date.parse(failing.status.maintenance!.prune!.retryTime!) - now.getTime()) / 60_000;
	});
	t.deepEqual([pauses[0], pauses[1], pauses.at(-1)], [1, 2, 360]);
});

test('what is not done for hours, and data that was not read again in time, are told', t => {
	const late = judged(pass({maintenance: {prune: {nextTime: ago(7 * 3600)}, check: {nextTime: soon, lastTime: ago(3600), parts: 24, provenSinceTime: ago(40 * 86_400)}}}));
	t.deepEqual(checkConditions(late), []);
	t.like(condition(late, 'Maintained'), {status: 'False', reason: 'Overdue'});
	t.like(condition(late, 'Checked'), {status: 'False', reason: 'Overdue'});
});

test('a repository that asks for no care has no condition of it', t => {
	const object = judged({...pass({}), repository: repository() as RepositoryPass['repository']});
	t.deepEqual(object.status.conditions.map(({type}) => type), ['Ready']);
});

test('a Job of care has one name until its end is told, and says what it is about', t => {
	const status = {maintenance: {prune: {lastJob: 'care-1'}}};
	t.is(careJobName(repository({}, status), 'prune'), careJobName(repository({}, status), 'prune'));
	t.is(new Set([repository({}, status), repository({}, {}), repository({}, {maintenance: {prune: {lastJob: 'care-1', failures: 1}}})].map(object => careJobName(object, 'prune'))).size, 3);
	const annotated = (value: string) => ({...job(), metadata: {...job().metadata, annotations: {'lazarette.dev/maintenance': value}}});
	t.deepEqual(careNote(annotated('{"kind":"delete","backups":[{"name":"a","uid":"u"},{"name":7}]}')), {kind: 'delete', backups: [{name: 'a', uid: 'u'}]});
	t.is(careNote(annotated('nonsense')), undefined);
});

test('runs wait while the repository belongs to its maintenance', t => {
	const ready = judged(pass({repositoryId: 'a'.repeat(64), maintenance: {exclusive: 'Prune'}}));
	const caches = {repositories: {store: {get: () => ready}}} as unknown as Parameters<typeof readyRepository>[1];
	t.like(readyRepository({namespace: 'shop', name: 'offsite'}, caches), {kind: 'wait', reason: 'Queued'});
	delete ready.status.maintenance!.exclusive;
	t.like(readyRepository({namespace: 'shop', name: 'offsite'}, caches), {kind: 'ready'});
});

test('the key of the password before is removed when its grace is over, and never while it is in use', t => {
	const [one, two] = ['1'.repeat(64), '2'.repeat(64)];
	const facts = (keyId: string, previousKeyId?: string) => ({id: '', created: false, archives: 0, newest: [], locks: 0, keyId, ...(previousKeyId && {previousKeyId})});
	const encryption = {passwordSecretRef: {name: 'new', key: 'password'}, previousPasswordSecretRef: {name: 'old', key: 'password'}, removePreviousAfterSeconds: 60};
	const status: BackupRepositoryStatus = {};
	noteKeys(status, repository({encryption}).spec, facts(two, one), now);
	t.deepEqual(status.keys, {current: two, previous: one, sinceTime: now.toISOString(), removeTime: new Date(now.getTime() + 60_000).toISOString()});
	noteKeys(status, repository({encryption: {...encryption, removePreviousAfterSeconds: 0}}).spec, facts(two, one), new Date(now.getTime() + 9000));
	t.like(status.keys, {sinceTime: now.toISOString(), removeTime: now.toISOString()});

	const {previousPasswordSecretRef: _gone, ...later} = encryption;
	noteKeys(status, repository({encryption: later}).spec, facts(two), now);
	t.is(status.keys?.previous, one, 'what was planned holds when its Secret is named no more');
	noteKeys(status, repository({encryption: later}).spec, facts(one), now);
	t.deepEqual(status.keys, {current: one}, 'whoever goes back to the old password keeps it');
	noteKeys(status, repository({encryption}).spec, facts(two), now);
	t.deepEqual(status.keys, {current: two}, 'a key that is gone needs no removal');
});
