import {writeFileSync} from 'node:fs';
import test from 'ava';
import {localIdentities, noIdentities} from '../../../src/engine/archive/identities.ts';
import {nodesOf, temporaryDirectory, workshop} from '../_workshop.ts';

test('owners have the names of the machine that reads them; the first of several counts', t => {
	const directory = temporaryDirectory(t);
	writeFileSync(`${directory}/passwd`, 'root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n# comment\nbroken line\napp:x:1000:1000::/:/bin/false\n');
	writeFileSync(`${directory}/group`, 'wheel:x:0:root\nstaff:x:50:\n');
	const {user, group} = localIdentities(directory);
	t.deepEqual([user(0), user(1000), user(1), group(0), group(50), group(1000)], ['root', 'app', undefined, 'wheel', 'staff', undefined]);
});

test('an image without accounts has numbers only', t => {
	const {user, group} = localIdentities(temporaryDirectory(t));
	t.is(user(0), undefined);
	t.is(group(0), undefined);
});

test('names are recorded beside the numbers when they are known', async t => {
	const {archive, write, repository} = await workshop(t);
	write({file: 'x'});
	const known = (await nodesOf(repository, (await archive({identities: {user: uid => `user ${uid}`, group: gid => `group ${gid}`}})).archive)).get('/volume/file')!;
	t.is(known.user, `user ${known.uid}`);
	t.is(known.group, `group ${known.gid}`);
	const unknown = (await nodesOf(repository, (await archive({identities: noIdentities})).archive)).get('/volume/file')!;
	t.is(unknown.user, undefined);
});
