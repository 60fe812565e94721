import type {BackupRepository, BackupRepositoryStatus} from '../../api/v1alpha1/backup-repository.ts';
import {reasonsByKind} from '../../api/v1alpha1/reasons-by-kind.ts';
import type {MilestoneReason} from '../../api/v1alpha1/conditions.ts';
import {careNames} from '../../api/v1alpha1/maintenance-fields.ts';
import type {MaintenanceStatus} from '../../api/v1alpha1/maintenance-fields.ts';
import type {Condition} from '../../api/v1alpha1/object-meta.ts';
import type {ReadyReason} from '../../api/v1alpha1/reasons.ts';
import {removeCondition} from '../../kube/runtime/conditions.ts';
import {oneLine} from '../shared/one-line.ts';
import {withCondition} from '../shared/standing.ts';
import type {ConditionFrame} from '../shared/standing.ts';
import {timetable} from './plan/timetable.ts';

/** Waiting for movers and retrying is ordinary for so long; then something keeps the work from being done. */
const overdueMs = 6 * 3_600_000;
const dayMs = 86_400_000;

type Verdict = {status: Condition['status']; reason: ReadyReason | MilestoneReason; message: string};
type Subject = Pick<BackupRepository, 'spec' | 'metadata'> & {status: BackupRepositoryStatus};

/** Maintained and Checked, for what the spec asks for; absent for what it does not. */
export function withCareConditions(conditions: readonly Condition[], subject: Subject, frame: ConditionFrame): Condition[] {
	const judged: Record<string, Verdict | undefined> = {Maintained: maintained(subject, frame.now), Checked: checked(subject, frame.now)};
	let next = [...conditions];
	for (const [type, verdict] of Object.entries(judged)) {
		next = verdict ? withCondition(next, {type, ...verdict, message: oneLine(verdict.message, 2000)}, frame) : removeCondition(next, type);
	}

	return next;
}

function maintained(subject: Subject, now: Date): Verdict | undefined {
	const {maintenance} = subject.spec;
	const kind = maintenance?.prune ? 'prune' : maintenance?.forget ? 'forget' : undefined;
	if (!kind) return undefined;
	const what = kind === 'prune' ? 'prune' : 'application of retention';
	const trouble = troubleOf(kind, subject, what, now);
	if (trouble) return trouble;
	const state = subject.status.maintenance?.[kind];
	if (!state?.lastTime) return {status: 'Unknown', reason: 'Pending', message: `the first ${what} is due ${state?.nextTime ?? 'soon'}`};
	if (kind === 'prune' && subject.status.maintenance?.prune?.extent === 'Stopped') {
		return {status: 'False', reason: 'DeadlineExceeded', message: `the last prune was stopped ${state.lastTime}, before its end; what it did is kept, and the next one goes on ${state.nextTime ?? 'soon'}. Raise maintenance.prune.timeLimitSeconds if that one is stopped too`};
	}

	return {status: 'True', reason: 'MaintainedInTime', message: `the last ${what} ended ${state.lastTime}: ${state.message ?? 'done'}`};
}

function checked(subject: Subject, now: Date): Verdict | undefined {
	const check = subject.spec.maintenance?.check;
	if (!check) return undefined;
	const state = subject.status.maintenance?.check;
	if (state?.problems) {
		const names = (state.findings ?? []).map(({object, message}) => `${object}: ${message}`).join('; ');
		return {status: 'False', reason: 'RepositoryDamaged', message: `${state.problems} defects were found, and the damaged shares were not read again intact since: ${names || 'see the log of the check'}. Mend them with "lazarette repair"; the next checks read these shares again by themselves`};
	}

	const trouble = troubleOf('check', subject, 'check', now);
	if (trouble) return trouble;
	if (!state?.lastTime) return {status: 'Unknown', reason: 'Pending', message: `the first check is due ${state?.nextTime ?? 'soon'}`};
	const sinceMs = now.getTime() - Date.parse(state.provenSinceTime ?? state.lastTime);
	const read = `${state.proven?.length ?? 0} of ${state.parts} shares of the data were read again`;
	if (sinceMs > (check.fullEveryDays + 1) * dayMs) return {status: 'False', reason: 'Overdue', message: `${read}, the oldest proof is of ${state.provenSinceTime}, longer ago than fullEveryDays (${check.fullEveryDays}) allows; check more often or raise it`};
	return {status: 'True', reason: 'DataProven', message: `the last check ended ${state.lastTime} without a finding; ${read} since ${state.provenSinceTime}, each within ${check.fullEveryDays} days`};
}

function troubleOf(kind: 'forget' | 'prune' | 'check', {spec, metadata, status}: Subject, what: string, now: Date): Verdict | undefined {
	const table = timetable(kind, {maintenance: spec.maintenance, uid: metadata.uid});
	if (table?.kind === 'invalid') return {status: 'False', reason: 'InvalidSchedule', message: table.problem};
	const state: MaintenanceStatus['prune'] = status.maintenance?.[kind];
	const lateMs = state?.nextTime ? now.getTime() - Date.parse(state.nextTime) : 0;
	if (state?.failure && (state.failure !== 'LockedByOther' || lateMs > overdueMs)) {
		return {status: 'False', reason: known(state.failure), message: `the last attempt at a ${what} failed: ${state.message ?? 'no message'}; it is tried again ${state.retryTime ?? 'soon'}`};
	}

	if (lateMs <= overdueMs || status.maintenance?.job?.kind === careNames[kind]) return undefined;
	return {status: 'False', reason: 'Overdue', message: `the ${what} was due ${state?.nextTime} and has not begun; it waits for ${status.maintenance?.waiting ? 'movers of the repository to end' : 'the repository to be Ready'}`};
}

const known = (reason: string): ReadyReason => reasonsByKind.BackupRepository.find(candidate => candidate === reason) ?? 'MoverFailed';
