import type {VolumeBackupSchedule} from '../../api/v1alpha1/volume-backup-schedule.ts';
import {isBeingDeleted} from '../../kube/object.ts';
import type {Reconcile} from '../../kube/runtime/reconcile.ts';
import {runSteps} from '../shared/run-steps.ts';
import type {Services} from '../shared/services.ts';
import {beginPass} from './pass.ts';
import {report} from './report.ts';
import {keepHistory} from './steps/keep-history.ts';
import {makeRun} from './steps/make-run.ts';
import {observeRuns} from './steps/observe-runs.ts';
import {plan} from './steps/plan.ts';
import {readSpec} from './steps/read-spec.ts';
import {rest} from './steps/rest.ts';

/**
One pass over a VolumeBackupSchedule. What is due follows from the spec, the runs that exist and the time up to which status has settled everything; the
pass makes at most one run, and only then moves that time on. Between passes nothing that is owed is kept in memory: the next one comes when a run ends, a
workload fails, a pod comes that could write where nothing could have changed, the spec changes, or the time has come that this one named.
*/
export const reconcile: Reconcile<VolumeBackupSchedule, Services> = async (schedule, context) => {
	// Its runs stay: they are what was saved.
	if (isBeingDeleted(schedule)) return {};

	return runSteps(beginPass(schedule, context), {
		steps: [observeRuns, readSpec, plan, makeRun, rest],
		report,
		always: keepHistory,
	});
};
