import {persistentVolumeClaims} from '../../../kube/resources.ts';
import {volumeSnapshots} from '../../../kube/snapshot-resources.ts';
import type {VolumeSnapshot} from '../../../kube/snapshot-resources.ts';
import {oneLine} from '../../shared/one-line.ts';
import {fail, halted, proceed, wait} from '../../shared/step.ts';
import type {Halt, Step, StepOutcome} from '../../shared/step.ts';
import {planAccess} from '../access-plan.ts';
import {snapshotName, stagedClaim, volumeSnapshot} from '../children.ts';
import type {StagedFrom} from '../children.ts';
import {gatherClaimFacts} from '../claim-facts.ts';
import type {BackupLane} from '../pass.ts';

/** Drivers report errors that pass by themselves; one that stays this long does not. */
const errorPatienceMs = 10 * 60_000;
const lookAgainMs = 15_000;

/**
Cuts the point-in-time view that the mover reads. The way is planned once; a plan that made temporary objects is kept for all attempts, while
for a direct read every attempt looks anew at who uses the claim.
*/
export const capture: Step<BackupLane> = async lane => {
	const outcome = await planned(lane);
	if (halted(outcome)) return outcome;

	const {volume, claim} = lane;
	switch (volume.capture!.method) {
		case 'Direct':
			return proceed();

		case 'Clone':
			return stage(lane, {kind: 'clone'});

		case 'Snapshot': {
			const snapshot = await requestSnapshot(lane, claim!.metadata.name);
			const notReady = whileNotReady(snapshot, lane);
			if (notReady) return notReady;
			volume.capturedAt ??= snapshot.status!.creationTime ?? snapshot.metadata.creationTimestamp!;
			return stage(lane, {kind: 'snapshot', snapshot});
		}
	}
};

async function planned(lane: BackupLane): Promise<StepOutcome> {
	const {volume, claim, pass} = lane;
	if (volume.capture && volume.capture.method !== 'Direct') return proceed();
	const plan = planAccess(await gatherClaimFacts(claim!, pass), pass.backup.spec.capture);
	// Classes are not watched, pods are: what only a new class can mend is looked at again.
	if (plan.kind !== 'plan') return {...plan, retryAfterMs: lookAgainMs};
	volume.capture = plan.capture;
	lane.source = {claimName: volume.claimName, placement: plan.placement};
	return proceed();
}

async function requestSnapshot({pass, volume}: BackupLane, claimName: string): Promise<VolumeSnapshot> {
	const {backup, kube, events, signal, caches} = pass;
	const name = snapshotName(backup, claimName);
	const known = caches.snapshots.store.get(`${backup.metadata.namespace}/${name}`);
	if (known) return known;
	const snapshot = await kube.ensure(volumeSnapshots, volumeSnapshot(backup, claimName, volume.capture!.snapshotClassName!), signal);
	events.record(backup, {type: 'Normal', reason: 'SnapshotRequested', action: 'Capture', note: `claim ${claimName}: ${volume.capture!.message}`, related: snapshot});
	return snapshot;
}

function whileNotReady({metadata, status}: VolumeSnapshot, {pass, volume}: BackupLane): Halt | undefined {
	if (status?.readyToUse) return undefined;
	const {error} = status ?? {};
	if (!error) return wait('Capturing', `VolumeSnapshot ${metadata.name} of claim ${volume.claimName} is being made`);

	const said = oneLine(error.message) || 'no message';
	const sinceMs = pass.clock.now().getTime() - Date.parse(metadata.creationTimestamp ?? '');
	if (sinceMs > errorPatienceMs) return fail('CaptureFailed', `VolumeSnapshot ${metadata.name} of claim ${volume.claimName} was not ready within ${errorPatienceMs / 60_000} minutes; the driver says: ${said}`);
	return wait('SnapshotNotReady', `the driver could not make VolumeSnapshot ${metadata.name} of claim ${volume.claimName} and tries again: ${said}`, {retryAfterMs: errorPatienceMs - sinceMs + 1000});
}

/** The class may bind the claim only for the mover's pod, so nothing waits for it here. */
async function stage(lane: BackupLane, from: StagedFrom): Promise<StepOutcome> {
	const {pass, volume, claim} = lane;
	const wanted = stagedClaim(pass.backup, claim!, from, pass.backup.spec.capture);
	await pass.kube.ensure(persistentVolumeClaims, wanted, pass.signal);
	volume.capture = {...volume.capture!, stagedClaimName: wanted.metadata.name};
	lane.source = {claimName: wanted.metadata.name, placement: {}, ...(volume.capturedAt && {capturedAt: volume.capturedAt})};
	return proceed();
}
