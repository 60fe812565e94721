import {randomBytes} from 'node:crypto';
import test from 'ava';
import {neverAborts} from '../../src/base/abort.ts';
import {openStorage} from '../../src/storage/open-storage.ts';
import {localFile} from './_content.ts';
import {once} from './_s3-suite.ts';
import {failure} from './_storage-contract.ts';
import {mountSmallDisk} from './_small-disk.ts';
import {startVersitygw} from './_versitygw.ts';

test('a store whose disk is full says so, shows no part of an object, and takes it once there is space again', async t => {
	const disk = await mountSmallDisk(t, 24);
	if (!disk) return;
	const server = await startVersitygw(t, {data: disk.path});
	const storage = await openStorage(await server.location(), {credentials: server.credentials, retry: once});
	t.teardown(async () => storage.close());

	await storage.put('data/ab/first', randomBytes(16 * 1024 * 1024), neverAborts);
	const file = await localFile(storage, randomBytes(16 * 1024 * 1024));
	const error = await failure(t, 'StoreFull', storage.putFile('data/ab/second', file, neverAborts));
	t.log(error.message, error.hint);
	t.is(await storage.stat('data/ab/second', neverAborts), undefined);

	await storage.remove('data/ab/first', neverAborts);
	await storage.putFile('data/ab/second', file, neverAborts);
	t.is((await storage.stat('data/ab/second', neverAborts))?.size, file.size);
});
