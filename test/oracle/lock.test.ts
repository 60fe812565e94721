import test from 'ava';
import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {neverAborts} from '../../src/base/abort.ts';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {encodeUnpacked} from '../../src/repository/restic/files/unpacked.ts';
import {acquireLock} from '../../src/repository/restic/lock/acquire-lock.ts';
import {encodeLock} from '../../src/repository/restic/lock/lock-file.ts';
import {judgeAllLive} from '../../src/repository/restic/lock/lock-policy.ts';
import {readLocks} from '../../src/repository/restic/lock/read-locks.ts';
import {emptyRepository, password} from './_empty-repository.ts';
import {restic, resticBinaries, resticOutput} from './_restic.ts';
import type {ExecutionContext} from 'ava';
import type {HeldLock} from '../../src/repository/restic/lock/held-lock.ts';
import type {EmptyRepository} from './_empty-repository.ts';

const holder = {hostname: 'mover-1.shop.prod', username: 'lazarette', pid: 4_000_000, uid: 0, gid: 0};

type World = EmptyRepository & {path: string; source: string; acquire(exclusive: boolean): Promise<HeldLock>};

async function world(t: ExecutionContext): Promise<World> {
	const root = await mkdtemp(join(tmpdir(), 'lazarette-locks-'));
	t.teardown(async () => rm(root, {recursive: true, force: true}));
	const path = join(root, 'repository');
	const source = join(root, 'source');
	await mkdir(source);
	await writeFile(join(source, 'file'), 'content');
	const repository = await emptyRepository(t, path);
	const {storage, sealer} = repository;
	const acquire = async (exclusive: boolean): Promise<HeldLock> => {
		const lock = await acquireLock({storage, sealer, exclusive, holder, clock: systemClock, random: systemRandom, signal: neverAborts, judge: judgeAllLive});
		t.teardown(async () => lock.release());
		return lock;
	};

	return {...repository, path, source, acquire};
}

for (const {version, path: binary} of await resticBinaries()) {
	const lockedExitCode = Number(version.split('.')[1]) >= 17 ? 11 : 1;

	test(`restic ${version} sees our shared lock, works beside it and keeps from what needs the repository alone`, async t => {
		const {path, source, acquire} = await world(t);
		const lock = await acquire(false);
		t.deepEqual((await resticOutput(binary, path, password, ['list', 'locks', '--no-lock'])).trim().split('\n'), [lock.id]);
		t.like(JSON.parse(await resticOutput(binary, path, password, ['cat', 'lock', lock.id, '--no-lock'])), {...holder, uid: undefined, gid: undefined, exclusive: false});
		t.is((await restic(binary, path, password, ['backup', source])).code, 0);

		const prune = await restic(binary, path, password, ['prune']);
		t.is(prune.code, lockedExitCode, prune.stderr);
		t.true(prune.stderr.includes('mover-1.shop.prod'), prune.stderr);

		await lock.release();
		t.is((await restic(binary, path, password, ['prune'])).code, 0);
	});

	test(`restic ${version} keeps from everything beside our exclusive lock`, async t => {
		const {path, source, acquire} = await world(t);
		const lock = await acquire(true);
		for (const command of [['backup', source], ['prune'], ['snapshots']]) t.is((await restic(binary, path, password, command)).code, lockedExitCode, command.join(' '));
		await lock.release();
		t.is((await restic(binary, path, password, ['backup', source])).code, 0);
	});

	test(`restic ${version} unlock removes a lock of ours that nobody refreshed, and no other`, async t => {
		const {path, storage, sealer, acquire} = await world(t);
		const fresh = await acquire(false);
		const stale = encodeUnpacked(sealer, encodeLock({...holder, time: new Date(Date.now() - 31 * 60_000), exclusive: false}));
		const id = createHash('sha256').update(stale).digest('hex');
		await storage.put(`locks/${id}`, stale, neverAborts);

		await resticOutput(binary, path, password, ['unlock']);
		const left: string[] = [];
		for await (const {key} of storage.list('locks/', neverAborts)) left.push(key);
		t.deepEqual(left, [`locks/${fresh.id}`]);
	});

	test(`a lock that restic ${version} holds keeps us from what needs the repository alone, and is read in full`, async t => {
		const {path, storage, sealer, acquire} = await world(t);
		// While its standard input stays open, restic goes on and keeps its lock.
		const backup = spawn(binary, ['--no-cache', 'backup', '--stdin'], {env: {...process.env, RESTIC_REPOSITORY: path, RESTIC_PASSWORD: password}, stdio: ['pipe', 'ignore', 'ignore']});
		const ended = new Promise(resolve => backup.on('close', resolve));
		try {
			let hostname = '';
			for (let tries = 0; tries < 600 && hostname === ''; tries++) {
				for await (const lock of readLocks(storage, sealer, neverAborts)) hostname = lock.hostname;
				if (hostname === '') await systemClock.sleep(50);
			}

			t.not(hostname, '');
			await t.throwsAsync(acquire(true), {code: 'LockedByOther', message: new RegExp(`on ${hostname} \\(pid ${backup.pid}\\)`)});
			const shared = await acquire(false);
			await shared.release();
		} finally {
			backup.stdin.end('done');
			await ended;
		}

		const exclusive = await acquire(true);
		t.false(exclusive.signal.aborted);
	});
}
