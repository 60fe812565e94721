import {readFileSync, statfsSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {isOneKernels} from '../../../src/storage/filesystem/one-kernels.ts';

/** Types of file systems as mount(8) calls them. */
const known: Record<string, boolean> = {ext4: true, xfs: true, btrfs: true, tmpfs: true, zfs: true, overlay: false, proc: false, sysfs: false, nfs4: false, nfs: false, cifs: false, fuse: false, '9p': false};

test('only file systems that this kernel alone keeps show everybody the same at once', async t => {
	// The last one mounted at a place is the one that is seen there.
	const types = new Map(readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n').map(line => [line.split(' ')[4]!, / - (\S+)/.exec(line)![1]!]));
	let compared = 0;
	for (const [place, type] of types) {
		const expected = known[type.split('.')[0]!];
		if (expected === undefined || !isReachable(place)) continue;
		t.is(await isOneKernels(place), expected, `${type} at ${place}`);
		compared++;
	}
	t.true(compared > 0);
});

test('a directory that is not there has no view of anything', async t => {
	t.false(await isOneKernels(join('/proc', 'no such directory')));
});

function isReachable(place: string): boolean {
	try {
		statfsSync(place);
		return true;
	} catch {
		return false;
	}
}
