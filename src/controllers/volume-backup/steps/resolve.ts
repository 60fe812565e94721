import {observeAttempt} from '../../shared/attempt.ts';
import {claimsOfWorkload} from '../../shared/claims-of-workload.ts';
import type {WorkloadRef} from '../../shared/claims-of-workload.ts';
import {matchesSelector} from '../../shared/label-selector.ts';
import type {LabelSelector} from '../../shared/label-selector.ts';
import {proceed, stall} from '../../shared/step.ts';
import type {Stalled, Step} from '../../shared/step.ts';
import {isManaged} from '../../shared/trims.ts';
import type {VolumeStatus} from '../../../api/v1alpha1/volume-backup.ts';
import {isSettled, laneOf} from '../pass.ts';
import type {BackupLane, BackupPass} from '../pass.ts';

const mostClaims = 64;
/** A selector may begin to match through a label on any claim, and not every change of those is mapped to every backup. */
const lookAgainMs = 15_000;

/** Settles which claims the run is about, once for the whole run, and finds the movers that exist for them. */
export const resolve: Step<BackupPass> = async pass => {
	pass.status.startTime ??= pass.clock.now().toISOString();
	const names = pass.status.volumes?.map(volume => volume.claimName) ?? (await claimsOfSpec(pass));
	if (!Array.isArray(names)) return names;

	const known = new Map(pass.status.volumes?.map(volume => [volume.claimName, volume]));
	pass.status.volumes = names.map((claimName): VolumeStatus => known.get(claimName) ?? {claimName});
	pass.lanes = await Promise.all(pass.status.volumes.map(async volume => beginLane(pass, volume)));
	return proceed();
};

async function beginLane(pass: BackupPass, volume: VolumeStatus): Promise<BackupLane> {
	const {queuedTime} = volume;
	const lane: BackupLane = {pass, volume, failedBefore: 0, ...(queuedTime && {queuedTime})};
	// Who has all it needs queues up again in this pass; who lacks something makes room for others.
	delete volume.queuedTime;
	if (isSettled(lane)) return lane;
	const attempt = await observeAttempt(laneOf(lane), volume, pass);
	return attempt ? {...lane, attempt} : lane;
}

async function claimsOfSpec(pass: BackupPass): Promise<string[] | Stalled> {
	const {claimName, claimSelector, workloadRef} = pass.backup.spec.source;
	if (claimName) return [claimName];
	return workloadRef ? claimsOfRef(pass, workloadRef) : claimsWithLabels(pass, claimSelector ?? {});
}

function claimsWithLabels({backup, caches}: BackupPass, selector: LabelSelector): string[] | Stalled {
	const {namespace} = backup.metadata;
	const names = [...caches.claims.store.list()]
		.filter(claim => claim.metadata.namespace === namespace && !isManaged(claim) && matchesSelector(selector, claim.metadata.labels))
		.map(claim => claim.metadata.name)
		.toSorted();
	if (names.length === 0) return stall('NoClaimsMatched', `source.claimSelector matches no claim of namespace ${namespace}; the run begins when one has these labels`, {retryAfterMs: lookAgainMs});
	return atMost(names, `source.claimSelector matches ${names.length} claims of namespace ${namespace}`);
}

async function claimsOfRef(pass: BackupPass, ref: WorkloadRef): Promise<string[] | Stalled> {
	const {namespace} = pass.backup.metadata;
	const workload = `${ref.kind} ${ref.name} of namespace ${namespace}`;
	const names = await claimsOfWorkload(ref, namespace, pass);
	if (!names) return stall('WorkloadNotFound', `source.workloadRef: ${workload} does not exist; create it or mend the name, and the run begins`, {retryAfterMs: lookAgainMs});
	if (names.length === 0) return stall('NoClaimsMatched', `source.workloadRef: ${workload} mounts no claim; the run begins when it does`, {retryAfterMs: lookAgainMs});
	return atMost(names, `source.workloadRef: ${workload} has ${names.length} claims`);
}

const atMost = (names: string[], what: string): string[] | Stalled =>
	names.length > mostClaims ? stall('NotAllowed', `${what}, and one VolumeBackup takes at most ${mostClaims}; divide them among several`, {retryAfterMs: lookAgainMs}) : names;
