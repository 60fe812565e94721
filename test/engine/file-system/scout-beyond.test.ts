import {chmodSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {SystemError} from '../../../src/engine/file-system/system-error.ts';
import {hooked, overriding} from '../_hooked-file-system.ts';
import {nodesOf, workshop} from '../_workshop.ts';
import {readyScout} from './_ready-scout.ts';

const descriptorsBelow = (directory: string): string[] =>
	readdirSync('/proc/self/fd').flatMap(fd => {
		try {
			const path = readlinkSync(`/proc/self/fd/${fd}`);
			return path.startsWith(directory) ? [path] : [];
		} catch {
			return [];
		}
	});

function fill(directory: string, count = 90): void {
	mkdirSync(directory, {recursive: true});
	for (let number = 0; number < count; number++) writeFileSync(join(directory, `entry-${number}`), 'x'.repeat(number % 5));
}

/** What happens to a directory that was opened before its turn, and what is reported. */
const events: Array<{title: string; happens: (directory: string) => void; skipped?: Array<{path: string; reason: string}>}> = [
	{title: 'nothing happened to', happens: () => undefined},
	{title: 'got a further file', happens: directory => writeFileSync(join(directory, 'further'), 'file')},
	{title: 'lost a file', happens: directory => rmSync(join(directory, 'entry-7'))},
	{title: 'got another mode', happens: directory => chmodSync(directory, 0o711)},
	{title: 'vanished', happens: directory => rmSync(directory, {recursive: true}), skipped: [{path: '/middle', reason: 'Vanished'}]},
	{title: 'became a file', happens: directory => (rmSync(directory, {recursive: true}), writeFileSync(directory, 'a file'))},
	{
		title: 'became a link to itself under another name',
		happens(directory) {
			renameSync(directory, `${directory}-moved`);
			symlinkSync('middle-moved', directory);
		},
	},
	{
		title: 'became another directory',
		happens(directory) {
			renameSync(directory, join(directory, '../../aside'));
			fill(directory, 70);
		},
	},
];

for (const {title, happens, skipped = []} of events) {
	test.serial(`a directory that was opened before its turn and ${title} is archived as it is at its turn`, async t => {
		t.timeout(60_000);
		const {archive, source, fileSystem, repository} = await workshop(t);
		for (const name of ['first', 'middle', 'other', 'third']) fill(source(name));
		await archive();
		writeFileSync(source('first/entry-50'), 'has changed');
		let opened = 0;
		let openedBefore = 0;
		const scout = await readyScout(fileSystem);
		const changing = hooked(fileSystem, {
			before(call, name) {
				if (call === 'openDirectory' && name === 'middle') opened++;
				if (call !== 'openFile' || name !== 'entry-50' || openedBefore > 0) return;
				openedBefore = opened;
				happens(source('middle'));
			},
		});
		const ahead = await archive({fileSystem: overriding(changing, {startScout: () => scout}), scouting: {fromEntry: 0, fromNames: 1}});
		t.is(openedBefore, 1);
		t.deepEqual(ahead.skipped as unknown[], skipped);
		// What was moved beside it had no name yet when the walk read those.
		rmSync(source('middle-moved'), {recursive: true, force: true});
		const alone = await archive({scouting: false, parent: 'none'});
		t.is(ahead.tally.bytesTotal, alone.tally.bytesTotal);
		const below = async ({archive: made}: typeof alone) => [...(await nodesOf(repository, made))].filter(([path]) => path.startsWith('/volume/'));
		t.deepEqual(await below(ahead), await below(alone));
		t.deepEqual(descriptorsBelow(source()), []);
	});
}

test.serial('a directory that can be opened neither before its turn nor at it is reported once', async t => {
	t.timeout(60_000);
	const {archive, source, fileSystem} = await workshop(t);
	for (const name of ['first', 'middle', 'third']) fill(source(name));
	const scout = await readyScout(fileSystem);
	let tries = 0;
	const failing = hooked(fileSystem, {
		before(call, name) {
			if (call !== 'openDirectory' || name !== 'middle') return;
			tries++;
			throw new SystemError('EACCES', 'openat');
		},
	});
	const {skipped, tally} = await archive({fileSystem: overriding(failing, {startScout: () => scout}), scouting: {fromEntry: 0, fromNames: 1}});
	t.deepEqual(skipped, [{path: '/middle', reason: 'PermissionDenied'}]);
	t.is(tally.filesNew, 180);
	t.is(tries, 2);
	t.deepEqual(descriptorsBelow(source()), []);
});

test.serial('nothing below a pattern is opened before its turn', async t => {
	t.timeout(60_000);
	const {archive, source, fileSystem} = await workshop(t);
	for (const name of ['first', 'middle', 'third']) fill(source(name));
	const scout = await readyScout(fileSystem);
	const opened: string[] = [];
	const watched = hooked(fileSystem, {before: (call, name) => call === 'openDirectory' && opened.push(name)});
	await archive({fileSystem: overriding(watched, {startScout: () => scout}), scouting: {fromEntry: 0, fromNames: 1}, exclude: ['/middle']});
	t.false(opened.includes('middle'));
	t.true(opened.includes('third'));
});
