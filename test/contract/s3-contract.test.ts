import test from 'ava';
import {openStorage} from '../../src/storage/open-storage.ts';
import {suiteOwner} from './_suite-owner.ts';
import {startVersitygw} from './_versitygw.ts';
import {storageContract} from './_storage-contract.ts';
import type {Versitygw} from './_versitygw.ts';

const owner = suiteOwner();
let server: Versitygw;

test.before(async () => {
	server = await startVersitygw(owner);
});

storageContract('S3', {
	manyObjects: 1200,
	async open() {
		const location = await server.location();
		return async () => openStorage(location, {credentials: server.credentials});
	},
});
