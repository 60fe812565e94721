import anyTest from 'ava';
import type {ExecutionContext} from 'ava';
import {isForeign} from '../cluster/_shared-cluster.ts';

/**
What a cluster may lack. Ours has all; for another one LAZARETTE_ABILITIES names those it has, separated by commas. A test that needs one that is missing
is skipped and counted, and its title says what it would have shown.
*/
export type Ability =
	/** A default StorageClass that waits for the first consumer and whose driver makes snapshots, and a default VolumeSnapshotClass. */
	| 'snapshots'
	/** The classes `plain`, `btrfs-immediate`, `btrfs-quota`, `btrfs-broken` and `btrfs-slow` of the test cluster. */
	| 'test-classes'
	/** Pods with `hostUsers: false`. */
	| 'user-namespaces'
	/** The machine under the cluster: its volumes and processes from outside of any container, and a way from pods to this process. */
	| 'node';

const all: readonly Ability[] = ['snapshots', 'test-classes', 'user-namespaces', 'node'];

export const abilities: ReadonlySet<Ability> = new Set(isForeign ? all.filter(ability => process.env.LAZARETTE_ABILITIES?.split(',').includes(ability)) : all);

type Declare = (title: string, run: (t: ExecutionContext) => Promise<void>) => void;

/** `test` where the cluster can do what the tests of a file need, else `test.skip`. `serial` for tests that disturb each other: they run first, one by one. */
export function testWith(...needed: readonly Ability[]): Declare & {serial: Declare} {
	const able = needed.every(ability => abilities.has(ability));
	const declare: Declare = (title, run) => (able ? anyTest : anyTest.skip)(title, run);
	return Object.assign(declare, {serial: ((title, run) => (able ? anyTest.serial : anyTest.serial.skip)(title, run)) satisfies Declare});
}
