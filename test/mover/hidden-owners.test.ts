import test from 'ava';
import {watchOwners} from '../../src/mover/tasks/hidden-owners.ts';

test('owners that a user namespace does not show are a warning with their number', t => {
	const owners = watchOwners('UserNamespaceRoot');
	for (const [uid, gid] of [[0, 0], [1234, 65_534], [65_534, 65_534]] as const) {
		t.is(owners.identities.user(uid), undefined);
		t.is(owners.identities.group(gid), undefined);
	}

	t.regex(owners.warnings().join(), /^2 entries are recorded with owner 65534.*HostRoot/);
});

test('a mover that sees every owner, and one that met no nobody, have nothing to warn of', t => {
	const host = watchOwners('HostRoot');
	host.identities.user(65_534);
	t.deepEqual(host.warnings(), []);
	const contained = watchOwners('UserNamespaceRoot');
	contained.identities.user(1000);
	t.deepEqual(contained.warnings(), []);
});
