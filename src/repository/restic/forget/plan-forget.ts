import {LazaretteError} from '../../../base/errors.ts';
import {applyPolicy} from './apply-policy.ts';
import {describeGroup, groupArchives} from './group-archives.ts';
import {checkPolicy} from './retention-policy.ts';
import type {Archive} from '../../archive.ts';
import type {Decision, KeptArchive} from './apply-policy.ts';
import type {ArchiveGroup, GroupBy} from './group-archives.ts';
import type {RetentionPolicy} from './retention-policy.ts';

export type ForgetPlan = {
	/** Newest first within each group. */
	keep: KeptArchive[];
	remove: Archive[];
	groups: (Omit<ArchiveGroup, 'archives'> & Decision)[];
};

export type PlanForgetOptions = {
	/** Archives from after this moment do not move the start of a `within`. */
	now: Date;
	/** `['host', 'paths']` unless given; `[]` takes all archives as one history. */
	groupBy?: GroupBy;
};

/**
Decides which archives a retention policy keeps, and why; changes nothing.
@throws BadRequest for an impossible policy, and when a group would lose its last archive: that is a mistake in the policy, not a wish
*/
export function planForget(archives: Iterable<Archive>, policy: RetentionPolicy, {now, groupBy}: PlanForgetOptions): ForgetPlan {
	checkPolicy(policy);
	const groups = groupArchives(archives, groupBy).map(group => {
		const decision = applyPolicy(group.archives, policy, now);
		if (decision.keep.length === 0) throw wouldEmpty(group);
		const {hostname, paths, tags} = group;
		return {hostname, paths, tags, ...decision};
	});
	return {keep: groups.flatMap(({keep}) => keep), remove: groups.flatMap(({remove}) => remove), groups};
}

const wouldEmpty = (group: ArchiveGroup): LazaretteError =>
	new LazaretteError('BadRequest', `the retention policy would remove all ${group.archives.length} archives of ${describeGroup(group)}`, {
		hint: 'add a rule that keeps some of them, or leave them out; no archive was removed',
		context: {archives: group.archives.length},
	});
