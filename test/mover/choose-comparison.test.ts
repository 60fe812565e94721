import test from 'ava';
import {chooseComparison, fileSystemTypeOf} from '../../src/mover/tasks/choose-comparison.ts';

const capturedAt = '2026-11-22T10:00:00Z';
const types = {ext4: 0xef53, xfs: 0x5846_5342, btrfs: 0x9123_683e, zfs: 0x2fc1_2fc1, f2fs: 0xf2f5_2010, nfs: 0x6969, cephfs: 0x00c3_6400, tmpfs: 0x0102_1994};

for (const name of ['ext4', 'xfs', 'btrfs', 'zfs', 'f2fs'] as const) {
	test(`a snapshot of ${name} keeps inodes and change times, and both are compared`, t => {
		t.is(chooseComparison({capturedAt, fileSystemType: types[name]}), 'restic');
	});
}

for (const name of ['nfs', 'cephfs', 'tmpfs'] as const) {
	test(`a capture on ${name} may be a copy of every file, and only size and modification time are compared`, t => {
		t.is(chooseComparison({capturedAt, fileSystemType: types[name]}), 'size-mtime');
	});
}

test('a volume that is read live is compared by everything, whatever its file system', t => {
	for (const fileSystemType of Object.values(types)) t.is(chooseComparison({capturedAt: undefined, fileSystemType}), 'restic');
});

test('where the file system is not known, everything is compared', t => {
	t.is(fileSystemTypeOf('/proc'), 0x9fa0);
	t.is(fileSystemTypeOf('/no such directory'), undefined);
	t.is(chooseComparison({capturedAt, fileSystemType: undefined}), 'restic');
});
