import {scheduleTagPrefix} from '../../../api/v1alpha1/group.ts';
import type {ForgetWork} from '../../../api/v1alpha1/mover-contract.ts';
import type {Retention} from '../../../api/v1alpha1/retention-fields.ts';
import {LazaretteError} from '../../../base/errors.ts';
import type {Archive} from '../../../repository/archive.ts';
import {applyPolicy} from '../../../repository/restic/forget/apply-policy.ts';
import {groupArchives} from '../../../repository/restic/forget/group-archives.ts';
import {checkPolicy} from '../../../repository/restic/forget/retention-policy.ts';
import {lastGoodArchives} from './last-good.ts';
import {retentionPolicy} from './retention-policy.ts';

export type RetentionPlan = {
	/** By policies in force. */
	remove: Archive[];
	/** By policies that are not in force yet. */
	wouldRemove: Archive[];
	/** Each policy that is not in force and has archives. */
	review: {policy: string; remove: number; keep: number}[];
	/** Kept only because they are the last good archive of their claim. */
	lastGood: Archive[];
	kept: number;
};

/**
Decides which archives stay. Each is judged by one policy: its schedule's, or the fallback, under which the archives of every schedule that is gone are a
history of their own. A history is one claim's part of that. The rules are restic's, with one exception: the last good archive of a claim,
over all policies, always stays.
*/
export function planRetention(archives: readonly Archive[], {scopes, fallback, accepted}: ForgetWork, now: Date): RetentionPlan {
	const known = new Map(scopes.map(scope => [scope.tag, scope]));
	if (known.size !== scopes.length) throw new LazaretteError('BadRequest', 'two retention policies name the same tag', {hint: 'no archive was removed'});
	const inForce = new Set(accepted);
	const lastGood = lastGoodArchives(archives);
	const plan: RetentionPlan = {remove: [], wouldRemove: [], review: [], lastGood: [], kept: 0};

	for (const [tag, members] of byScope(archives, known)) {
		const scope = known.get(tag) ?? fallback;
		const doomed = scope ? doomedBy(scope.retention, members, now) : [];
		const remove = doomed.filter(({id}) => !lastGood.has(id));
		plan.lastGood.push(...doomed.filter(({id}) => lastGood.has(id)));
		plan.kept += members.length - remove.length;
		if (!scope) continue;
		const policy = `${tag}@${scope.fingerprint}`;
		if (inForce.has(policy)) {
			plan.remove.push(...remove);
		} else {
			plan.wouldRemove.push(...remove);
			plan.review.push({policy, remove: remove.length, keep: members.length - remove.length});
		}
	}

	return plan;
}

/** The tag of the archive's schedule; empty for those of none. One with several, which nobody makes, goes with the first that is known. */
function byScope(archives: readonly Archive[], known: ReadonlyMap<string, unknown>): Map<string, Archive[]> {
	const scopes = new Map<string, Archive[]>();
	for (const archive of archives) {
		const tag = archive.tags.find(candidate => known.has(candidate)) ?? archive.tags.find(candidate => candidate.startsWith(scheduleTagPrefix)) ?? '';
		const members = scopes.get(tag);
		if (members) members.push(archive);
		else scopes.set(tag, [archive]);
	}

	return new Map([...scopes].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** What of each claim's history the policy gives up; that may be all of it, such as by a policy of tags alone. */
function doomedBy(retention: Retention, members: readonly Archive[], now: Date): Archive[] {
	const policy = retentionPolicy(retention);
	checkPolicy(policy);
	return groupArchives(members).flatMap(({archives}) => applyPolicy(archives, policy, now).remove);
}
