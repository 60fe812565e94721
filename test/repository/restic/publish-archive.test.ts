import test from 'ava';
import {neverAborts} from '../../../src/base/abort.ts';
import {failing, withFaults} from '../../../src/storage/wrap/fault.ts';
import {backUp} from './write/_back-up.ts';
import {newRepository, temporaryDirectory} from './write/_repository.ts';
import {writeSource} from './write/_source.ts';
import type {Fault} from '../../../src/storage/wrap/fault.ts';
import type {ExecutionContext} from 'ava';
import type {Storage} from '../../../src/storage/storage.ts';
import type {TestRepository} from './write/_repository.ts';

const atItsSnapshot = (fault: () => Fault) => (storage: Storage): Storage => withFaults(storage, ({operation, key}) => (operation === 'put' && key.startsWith('snapshots/') ? fault() : undefined));

const asked = new Error('asked to stop');

async function begun(t: ExecutionContext, fault: () => Fault): Promise<TestRepository & {source: string}> {
	const source = temporaryDirectory(t);
	writeSource(source);
	return {...(await newRepository(t, {wrap: atItsSnapshot(fault)})), source};
}

for (const moment of ['before', 'after'] as const) {
	test(`a run that is asked to stop right ${moment} its archive is stored ends as the success that it is`, async t => {
		const stop = new AbortController();
		const {repository, source} = await begun(t, () => ({moment, act: () => stop.abort(asked)}));
		const {archive} = await backUp(repository, source, {signal: stop.signal});
		t.deepEqual((await repository.archives(neverAborts)).map(({id}) => id), [archive.id]);
		t.deepEqual((await repository.check({readData: true}, neverAborts)).problems, []);
	});
}

test('an archive that was stored though its writer was told otherwise is taken away again', async t => {
	const {repository, source} = await begun(t, () => failing('after'));
	await t.throwsAsync(backUp(repository, source), {code: 'StoreUnreachable'});
	t.deepEqual(await repository.archives(neverAborts), []);
});
