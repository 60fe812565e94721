import test from 'ava';
import {neverAborts} from '../../../../src/base/abort.ts';
import {isLazaretteError} from '../../../../src/base/errors.ts';
import {failing, withFaults} from '../../../../src/storage/wrap/fault.ts';
import {problemsOf, stoppedEverywhere} from '../prune/_stopped-everywhere.ts';
import {writtenRepository} from '../prune/_written-repository.ts';
import type {ResticRepository} from '../../../../src/repository/restic/restic-repository.ts';
import type {Storage} from '../../../../src/storage/storage.ts';

/** A store that has room for nothing until so many packs are gone. */
const fullUntil = (packs: number) => (storage: Storage): Storage => {
	let gone = 0;
	return withFaults(storage, ({operation, key}) => {
		if (operation === 'remove' && key.startsWith('data/')) gone++;
		return (operation === 'put' || operation === 'putFile') && gone < packs ? failing('before', 'StoreFull') : undefined;
	});
};

/** So many that the two harmless steps do not make room enough: then a part of the index has to go before it is written anew. */
const packsToGo = 4;

test('making room in a full store may be stopped at any call: nothing that is needed is gone', async t => {
	const origin = await writtenRepository(t);
	const makeRoom = async (repository: ResticRepository): Promise<unknown> => repository.makeRoom({word: repository.id, forget: {policy: {last: 2}}}, neverAborts);
	let withoutIndex = 0;
	const stops = await stoppedEverywhere(t, {
		origin,
		wrap: fullUntil(packsToGo),
		async work(repository) {
			await makeRoom(repository).catch(async (error: unknown) => {
				// What a stop between the old index and the new one leaves, and what its error says to do.
				if (!isLazaretteError(error, 'RepositoryDamaged')) throw error;
				await repository.repairIndex({}, neverAborts);
				await makeRoom(repository);
			});
		},
		async afterStop(_, repository) {
			const {problemsTotal} = await repository.check({readData: false}, neverAborts);
			if (problemsTotal > 0) {
				withoutIndex++;
				await repository.repairIndex({}, neverAborts);
			}
			t.deepEqual(await problemsOf(repository), []);
			const archives = await repository.archives(neverAborts);
			t.true(archives.length >= 2);
			t.true(archives.at(-1)!.time.toISOString().startsWith('2026-11-06'));
		},
		async afterRepetition(_, repository) {
			const check = await repository.check({readData: true}, neverAborts);
			t.deepEqual([check.problems, check.warnings, check.archives, check.unreferencedPacks.count], [[], [], 2, 0]);
		},
	});
	t.log(`making room stopped at ${stops} places, at ${withoutIndex} of them the index had to be repaired`);
	t.true(stops > 60 && withoutIndex > 0);
});
