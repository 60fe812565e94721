import type {MaintainWork} from '../../../api/v1alpha1/mover-contract.ts';
import type {ResticRepository} from '../../../repository/restic/restic-repository.ts';
import type {MoverContext} from '../../mover-context.ts';
import type {WorkResult} from './work-result.ts';
import {withTimeLimit} from './time-limit.ts';
import {LazaretteError} from '../../../base/errors.ts';

const mostFindings = 10;

/** Proves the repository and reads a share of its data. What it finds is its result, whatever that is; it fails only when it cannot look. */
export async function checkWork(work: Extract<MaintainWork, {kind: 'check'}>, repository: ResticRepository, context: MoverContext): Promise<WorkResult> {
	const {part, parts, timeLimitSeconds} = work;
	const {progress} = context;
	progress.update({phase: 'Verifying'});
	const checked = await withTimeLimit(context, timeLimitSeconds, async signal =>
		repository.check({readData: parts === 1 ? true : {share: {part, of: parts}}, onProgress: (bytesDone, bytesTotal) => progress.update({bytesDone, bytesTotal})}, signal));
	if (checked === 'time is up') {
		throw new LazaretteError('DeadlineExceeded', `the check of part ${part} of ${parts} did not end within timeLimitSeconds (${timeLimitSeconds} s)`, {hint: 'raise maintenance.check.timeLimitSeconds, or check more often, so that each check reads less'});
	}

	const {problems, problemsTotal, warnings, warningsTotal, archives, packs, bytesProven} = checked;
	const named = problems.length > 0 ? problems : warnings;
	return {
		facts: {
			kind: 'check',
			archives,
			check: {part, parts, problems: problemsTotal, warnings: warningsTotal, bytesRead: bytesProven, findings: named.slice(0, mostFindings).map(({object, message}) => ({object: object.slice(0, 256), message: message.slice(0, 512)}))},
		},
		message: `${archives} archives, ${packs} packs and part ${part} of ${parts} of the data checked`,
		warnings: problemsTotal > 0 ? [`${problemsTotal} defects, the first: ${problems[0]!.message}`] : [],
	};
}
