import {chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import test from 'ava';
import {LazaretteError} from '../../src/base/errors.ts';
import {compareTrees} from '../../src/engine/verify/compare-trees.ts';
import {listArchive, workshop} from './_workshop.ts';
import type {Workshop} from './_workshop.ts';

const nobody = 65_534;

/** Runs `work` as a user without any right of root's, in a workshop that belongs to that user. */
async function asNobody(directory: string, work: () => Promise<void>): Promise<void> {
	if (process.geteuid!() !== 0) return work();
	for (const entry of ['.', ...readdirSync(directory, {recursive: true, encoding: 'utf8'})]) {
		const path = `${directory}/${entry}`;
		if (!lstatSync(path).isSymbolicLink() && !path.includes('foreign')) chownSync(path, nobody, nobody);
	}
	process.setegid!(nobody);
	process.seteuid!(nobody);
	try {
		await work();
	} finally {
		process.seteuid!(0);
		process.setegid!(0);
	}
}

const rootOf = ({source}: Workshop): string => source('..');

test.serial('what a mover without rights may not read is reported with its reason, and lost+found is no matter', async t => {
	const shop = await workshop(t);
	shop.write({readable: 'x', 'foreign file': 'secret', 'foreign dir/inside': 'secret', 'lost+found/': ''});
	chmodSync(shop.source('foreign file'), 0o600);
	chmodSync(shop.source('foreign dir'), 0o700);
	if (process.geteuid!() !== 0) {
		chmodSync(shop.source('foreign file'), 0);
		chmodSync(shop.source('foreign dir'), 0);
	}
	await asNobody(rootOf(shop), async () => {
		chmodSync(shop.source('lost+found'), 0);
		const {archive, skipped} = await shop.archive();
		t.deepEqual(skipped, [{path: '/foreign dir', reason: 'PermissionDenied'}, {path: '/foreign file', reason: 'PermissionDenied'}]);
		t.deepEqual(await listArchive(shop.repository, archive), ['/volume/', '/volume/readable']);
		await t.throwsAsync(shop.archive({onUnreadable: 'fail'}), {instanceOf: LazaretteError, code: 'FilesUnreadable'});
		chmodSync(shop.source('lost+found'), 0o700);
	});
});

test.serial('a mover without rights restores everything but owners, also over what is read-only', async t => {
	const shop = await workshop(t);
	shop.write({'locked/file': 'archived', 'locked/sub/file': 'archived', plain: 'archived'});
	chmodSync(shop.source('locked/file'), 0o400);
	await asNobody(rootOf(shop), async () => {
		chmodSync(shop.source('locked/sub'), 0o555);
		chmodSync(shop.source('locked'), 0o500);
		const {archive} = await shop.archive();
		t.deepEqual((await shop.restore(archive)).problems, []);
		t.deepEqual(compareTrees(shop.fileSystem, shop.source(), shop.target()), []);

		chmodSync(shop.target('locked'), 0o700);
		chmodSync(shop.target('locked/file'), 0o600);
		writeFileSync(shop.target('locked/file'), 'changed');
		chmodSync(shop.target('locked/file'), 0o400);
		chmodSync(shop.target('locked'), 0o500);
		const again = await shop.restore(archive);
		t.deepEqual(again.problems, []);
		t.is(readFileSync(shop.target('locked/file'), 'utf8'), 'archived');
		t.deepEqual(compareTrees(shop.fileSystem, shop.source(), shop.target()), []);
		for (const tree of [shop.source(), shop.target()]) for (const path of ['locked', 'locked/sub']) chmodSync(`${tree}/${path}`, 0o700);
	});
});

const whenRoot = process.geteuid!() === 0 ? test.serial : test.serial.skip;

whenRoot('owners that a mover without rights cannot set are listed, and the restore is no failure', async t => {
	const shop = await workshop(t);
	shop.write({'owned by root': 'x'});
	const {archive} = await shop.archive();
	await asNobody(rootOf(shop), async () => {
		mkdirSync(shop.target());
		const {problems, failed} = await shop.restore(archive);
		t.is(failed, 0);
		t.deepEqual(problems.map(({path, reason}) => `${path} ${reason}`), ['/owned by root OwnerNotSet', '/ OwnerNotSet']);
		t.is(readFileSync(shop.target('owned by root'), 'utf8'), 'x');
	});
});
