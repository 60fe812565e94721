import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {constants} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {listsNothing} from '../../../src/engine/file-system/linux/attributes.ts';
import {loadLibc} from '../../../src/engine/file-system/linux/libc.ts';
import {openLinuxFileSystem} from '../../../src/engine/file-system/linux/open-linux-file-system.ts';
import {temporaryDirectory} from '../_workshop.ts';

test('whether an entry has attributes is known on kernels that cannot list them from an open directory, too', async t => {
	const directory = temporaryDirectory(t);
	for (const name of ['plain', 'marked']) writeFileSync(join(directory, name), '');
	mkdirSync(join(directory, 'below'));
	symlinkSync('marked', join(directory, 'link'));
	const root = (await openLinuxFileSystem()).openRoot(directory);
	const marked = root.openEntry(Buffer.from('marked'));
	marked.setAttribute({name: Buffer.from('user.test'), value: Buffer.from('value')});
	marked.close();
	const place = root.openAgain();
	const libc = await loadLibc();
	for (const missing of [undefined, constants.errno.ENOSYS, constants.errno.EPERM]) {
		let errno = missing;
		const older = {
			...libc,
			listxattrat(...values: Parameters<typeof libc.listxattrat>) {
				errno = missing;
				return missing === undefined ? libc.listxattrat(...values) : -1;
			},
			llistxattr(...values: Parameters<typeof libc.llistxattr>) {
				errno = undefined;
				return libc.llistxattr(...values);
			},
			errno: () => errno ?? libc.errno(),
		};
		const answers = ['plain', 'below', 'link', 'marked', 'gone', ''].map(name => listsNothing(older, place, Buffer.from(`${name}\0 and what was there before`)));
		t.deepEqual(answers, [true, true, true, false, false, false]);
	}
	(await openLinuxFileSystem()).close(place);
	root.close();
});
