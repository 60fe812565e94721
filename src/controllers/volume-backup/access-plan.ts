import type {CaptureStatus, CaptureWish} from '../../api/v1alpha1/volume-backup.ts';
import type {ClaimUser} from '../shared/claim-users.ts';
import {placeBeside} from '../shared/co-location.ts';
import type {Placement} from '../shared/mover-job-facts.ts';
import {stall} from '../shared/step.ts';
import type {Stalled} from '../shared/step.ts';

export type SnapshotClassFacts = {name: string; isDefault: boolean};

/** Everything about a bound claim that decides how it can be read. */
export type ClaimFacts = {
	name: string;
	accessModes: readonly string[];
	volumeMode: string;
	/** Absent when the volume is not a CSI one. */
	driver?: string;
	storageClassName?: string;
	/** Those of the claim's driver. */
	snapshotClasses: readonly SnapshotClassFacts[];
	users: readonly ClaimUser[];
};

export type AccessPlan = {kind: 'plan'; capture: CaptureStatus; placement: Placement};

type Rule = (claim: ClaimFacts, wish: CaptureWish) => AccessPlan | Stalled | undefined;

/**
Decides how a claim is read, before anything is created, and says why.
The first rule that holds wins; the order is the policy.
*/
export function planAccess(claim: ClaimFacts, wish: CaptureWish): AccessPlan | Stalled {
	for (const rule of rules) {
		const plan = rule(claim, wish);
		if (plan) return plan;
	}

	return directly('Unmounted', `no pod uses claim ${claim.name}: it is read directly, wherever its volume can be mounted`, {});
}

const rules: Rule[] = [
	blockVolume,
	askedForSnapshot,
	askedForClone,
	snapshotClassFound,
	readWriteOncePodInUse,
	coLocatedWithConsumer,
	sharedWithConsumers,
];

function blockVolume({name, volumeMode}: ClaimFacts): Stalled | undefined {
	if (volumeMode !== 'Block') return undefined;
	return stall('AccessModeUnsupported', `claim ${name} has volumeMode Block; archives hold files, so only claims with volumeMode Filesystem can be backed up`);
}

function askedForSnapshot(claim: ClaimFacts, wish: CaptureWish): AccessPlan | Stalled | undefined {
	if (wish.method !== 'Snapshot' && wish.snapshotClassName === undefined) return undefined;
	const chosen = chooseSnapshotClass(claim, wish);
	if (!chosen) return stall('SnapshotClassMissing', `${noClass(claim, wish)}; install one, or choose another capture.method`);
	return stageable(claim, wish, 'Snapshot') ?? bySnapshot('AskedFor', chosen.name, `the spec asks for a snapshot; ${chosen.why}`);
}

function askedForClone(claim: ClaimFacts, wish: CaptureWish): AccessPlan | Stalled | undefined {
	if (wish.method !== 'Clone') return undefined;
	if (!claim.driver) return stall('AccessModeUnsupported', `claim ${claim.name} is not on a CSI volume, so it cannot be cloned; choose another capture.method`);
	return stageable(claim, wish, 'Clone') ?? {kind: 'plan', capture: {method: 'Clone', reason: 'AskedFor', message: `the spec asks for a clone, which driver ${claim.driver} makes`}, placement: {}};
}

function snapshotClassFound(claim: ClaimFacts, wish: CaptureWish): AccessPlan | undefined {
	if (wish.method !== 'Auto') return undefined;
	const chosen = chooseSnapshotClass(claim, wish);
	// A claim without a StorageClass can be cut, but nothing could be made of the snapshot: then the live claim is read.
	return chosen && !stageable(claim, wish, 'Snapshot') ? bySnapshot('SnapshotClassFound', chosen.name, chosen.why) : undefined;
}

function readWriteOncePodInUse(claim: ClaimFacts): Stalled | undefined {
	const place = placeBeside(claim);
	if (place.kind !== 'excluded') return undefined;
	return stall('AccessModeUnsupported', `claim ${claim.name} is ReadWriteOncePod and pod ${place.user.pod} uses it, so nothing else can mount it. ${otherWays(claim)}, or stop the pod`);
}

function coLocatedWithConsumer(claim: ClaimFacts): AccessPlan | undefined {
	const place = placeBeside(claim);
	if (place.kind !== 'beside') return undefined;
	const {node} = place.placement;
	return directly('CoLocated', `${withoutClass(claim)}: claim ${claim.name} is read live and read-only on node ${node}, beside pod ${place.user.pod}`, place.placement);
}

function sharedWithConsumers(claim: ClaimFacts): AccessPlan | undefined {
	const [user] = claim.users;
	return user && directly('Shared', `${withoutClass(claim)}: claim ${claim.name} is read live and read-only while pod ${user.pod} uses it`, {});
}

const directly = (reason: string, message: string, placement: Placement): AccessPlan => ({
	kind: 'plan',
	capture: {method: 'Direct', reason, message, ...(placement.node && {node: placement.node})},
	placement,
});

const bySnapshot = (reason: string, snapshotClassName: string, message: string): AccessPlan => ({kind: 'plan', capture: {method: 'Snapshot', reason, message, snapshotClassName}, placement: {}});

/** The named class; else the driver's default one; else the first by name, so that every pass chooses the same. */
function chooseSnapshotClass({driver, snapshotClasses}: ClaimFacts, {snapshotClassName}: CaptureWish): {name: string; why: string} | undefined {
	const byName = snapshotClasses.toSorted((left, right) => (left.name < right.name ? -1 : 1));
	const named = byName.find(({name}) => name === snapshotClassName);
	if (snapshotClassName !== undefined) return named && {name: named.name, why: `VolumeSnapshotClass ${named.name} is named by the spec`};
	const preferred = byName.find(({isDefault}) => isDefault) ?? byName[0];
	if (!preferred) return undefined;
	const why = preferred.isDefault ? 'its default class' : byName.length === 1 ? 'its only class' : `the first of its ${byName.length} classes, none of which is the default`;
	return {name: preferred.name, why: `driver ${driver} makes snapshots with VolumeSnapshotClass ${preferred.name}, ${why}`};
}

const noClass = ({name, driver}: ClaimFacts, {snapshotClassName}: CaptureWish): string => {
	if (!driver) return `claim ${name} is not on a CSI volume, so no VolumeSnapshotClass can serve it`;
	return snapshotClassName === undefined ? `no VolumeSnapshotClass serves driver ${driver} of claim ${name}` : `there is no VolumeSnapshotClass ${snapshotClassName} for driver ${driver} of claim ${name}`;
};

const withoutClass = ({driver}: ClaimFacts): string => (driver ? `no snapshot of driver ${driver} is used` : 'its volume is not a CSI one');

const otherWays = ({driver}: ClaimFacts): string => (driver ? `Install a VolumeSnapshotClass for driver ${driver}, or set capture.method to Clone` : 'Move the data to a CSI volume that can make snapshots');

/** Whether a temporary claim can be made of a snapshot or clone. */
function stageable({name, storageClassName}: ClaimFacts, {stagedStorageClassName}: CaptureWish, what: string): Stalled | undefined {
	if (stagedStorageClassName ?? storageClassName) return undefined;
	return stall('AccessModeUnsupported', `claim ${name} has no StorageClass, so no temporary claim can be made from its ${what.toLowerCase()}; name one in capture.stagedStorageClassName`);
}
