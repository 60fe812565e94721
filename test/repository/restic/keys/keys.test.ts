import {randomBytes} from 'node:crypto';
import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {openResticRepository} from '../../../../src/repository/restic/restic-repository.ts';
import {quickRepository} from '../prune/_quick-repository.ts';
import {stoppedEverywhere} from '../prune/_stopped-everywhere.ts';
import {password, reopen, repositoryOptions} from '../write/_repository.ts';
import type {ExecutionContext} from 'ava';
import type {ErrorCode} from '../../../../src/base/errors.ts';
import type {TestRepository} from '../write/_repository.ts';

// Of the generated kind, which costs a few milliseconds to derive a key from.
const second = 'rtpAC0pN0bm7u3QmRH00zO5SiVqDiBl2U8FY0RJ3TH8=';
const renewed = 'RqSVgsgY+druCW+Su+suINah13Aa/M6mF2EW1/rzPFY=';
const newer = 'Mq9Iq5xNIgdCaoP4fNPqDB0JpsSLXXugM5xZ1yGyziU=';

async function fails(t: ExecutionContext, code: ErrorCode, work: Promise<unknown>): Promise<string> {
	const error = await t.throwsAsync(work);
	t.true(isLazaretteError(error, code), error?.stack);
	return error?.message ?? '';
}

const opens = async ({storage}: TestRepository, password: string): Promise<boolean> =>
	openResticRepository(repositoryOptions(storage, {password})).then(
		async repository => repository.close().then(() => true),
		error => {
			if (isLazaretteError(error, 'WrongPassword')) return false;
			throw error;
		},
	);

test('a password that is added opens the repository beside the first, until it is removed', async t => {
	const world = await quickRepository(t);
	const {repository} = world;
	const id = await repository.addKey(second, neverAborts);
	t.deepEqual([await opens(world, password), await opens(world, second)], [true, true]);

	const keys = await repository.keys(neverAborts);
	t.deepEqual(keys.map(({inUse, problem, username}) => ({inUse, problem, username})).toSorted((a, b) => Number(b.inUse) - Number(a.inUse)), [
		{inUse: true, problem: undefined, username: 'test'},
		{inUse: false, problem: undefined, username: 'mover'},
	]);
	t.is(keys.find(({inUse}) => !inUse)?.id, id);

	t.is(await repository.removeKey(id.slice(0, 10), neverAborts), id);
	t.deepEqual([await opens(world, password), await opens(world, second)], [true, false]);
});

test('the key in use is never removed, and so never the last', async t => {
	const world = await quickRepository(t);
	t.regex(await fails(t, 'BadRequest', world.repository.removeKey(world.repository.keyId, neverAborts)), /is the one in use/);
	const id = await world.repository.addKey(second, neverAborts);
	await world.repository.close();
	const {repository} = await reopen(t, world.path, {password: second});
	t.is(repository.keyId, id);
	t.regex(await fails(t, 'BadRequest', repository.removeKey(id, neverAborts)), /is the one in use/);
	await repository.removeKey(world.repository.keyId, neverAborts);
	t.deepEqual([await opens(world, password), await opens(world, second)], [false, true]);
});

test('a key is named by the beginning of its ID, as long as only one begins so', async t => {
	const {path, repository} = await quickRepository(t);
	t.regex(await fails(t, 'BadRequest', repository.removeKey('', neverAborts)), /no key/);
	t.regex(await fails(t, 'BadRequest', repository.removeKey('xyz', neverAborts)), /no key .* "xyz"/);
	for (const digit of ['1', '2']) writeFileSync(join(path, 'keys', `ab${digit.repeat(62)}`), '{}');
	t.regex(await fails(t, 'BadRequest', repository.removeKey('ab', neverAborts)), /2 keys .* "ab"/);
});

test('a key file that is damaged is listed as such and can be removed', async t => {
	const {path, repository} = await quickRepository(t);
	for (const [number, bytes] of [Buffer.from('null'), Buffer.from('{"created":"2026-01-01T00:00:00Z","username":"x"}'), randomBytes(30), Buffer.alloc(0)].entries()) {
		writeFileSync(join(path, 'keys', String(number).repeat(64)), bytes);
	}
	const keys = await repository.keys(neverAborts);
	t.true(['0', '1', '2', '3'].every(digit => keys.some(({id, problem}) => id === digit.repeat(64) && problem === 'the file is damaged')));
	t.is(keys.filter(({inUse}) => inUse).length, 1);
	await repository.removeKey('00', neverAborts);
	t.is(readdirSync(join(path, 'keys')).length, 4);
});

test('a changed password takes the place of the old one, for this process too; others stay', async t => {
	const world = await quickRepository(t);
	const {repository} = world;
	await repository.addKey(second, neverAborts);
	const id = await repository.changePassword(renewed, neverAborts);
	t.is(repository.keyId, id);
	t.deepEqual([await opens(world, password), await opens(world, renewed), await opens(world, second)], [false, true, true]);
	await repository.changePassword(newer, neverAborts);
	t.deepEqual([await opens(world, renewed), await opens(world, newer), await opens(world, second)], [false, true, true]);
});

test('an empty password is refused, and so is anything alone while somebody else is at work', async t => {
	const world = await quickRepository(t);
	await fails(t, 'BadRequest', world.repository.changePassword('', neverAborts));
	t.true(await opens(world, password));
	const other = await reopen(t, world.path);
	await other.repository.check({readData: false}, neverAborts);
	await fails(t, 'LockedByOther', world.repository.changePassword(renewed, neverAborts));
	await fails(t, 'LockedByOther', world.repository.removeKey('ab', neverAborts));
	await world.repository.addKey(second, neverAborts);
	t.true(await opens(world, second));
});

test('a change of the password that is stopped at any call leaves one of both that opens the repository', async t => {
	const {path, repository} = await quickRepository(t);
	await repository.close();
	const stops = await stoppedEverywhere(t, {
		origin: path,
		passwords: [password, renewed],
		work: async opened => opened.changePassword(renewed, neverAborts),
		async afterStop(_, opened) {
			t.deepEqual((await opened.check({readData: true}, neverAborts)).problems, []);
		},
		async afterRepetition(copy) {
			const again = await reopen(t, copy, {password: renewed});
			t.true((await again.repository.keys(neverAborts)).some(({inUse}) => inUse));
			t.false(await opens(again, password));
			await again.repository.close();
		},
	});
	t.log(`a change of the password stopped at ${stops} places`);
	t.true(stops > 10);
});
