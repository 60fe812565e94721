import {resultMaxBytes} from '../api/v1alpha1/mover-contract.ts';
import type {MaintenanceFacts, MoverResult} from '../api/v1alpha1/mover-contract.ts';

/**
The result as JSON within Kubernetes' limit for termination messages: counts always survive, the list of skipped entries and then the
message are shortened, the total of skipped entries is never changed.
*/
export function fitResult(result: MoverResult, maxBytes: number = resultMaxBytes): string {
	const fits = (candidate: MoverResult): string | undefined => {
		const text = JSON.stringify(candidate);
		return Buffer.byteLength(text) <= maxBytes ? text : undefined;
	};

	let candidate = result;
	for (;;) {
		const text = fits(candidate);
		if (text !== undefined) return text;
		if (candidate.skipped.length > 0) {
			candidate = {...candidate, skipped: candidate.skipped.slice(0, Math.floor(candidate.skipped.length / 2))};
		} else if (candidate.repository && candidate.repository.newest.length > 0) {
			const newest = candidate.repository.newest;
			candidate = {...candidate, repository: {...candidate.repository, newest: newest.slice(0, Math.floor(newest.length / 2))}};
		} else if (candidate.repository?.heldLocks?.length) {
			candidate = {...candidate, repository: {...candidate.repository, heldLocks: candidate.repository.heldLocks.slice(0, Math.floor(candidate.repository.heldLocks.length / 2))}};
		} else if (candidate.maintenance && longestList(candidate.maintenance)) {
			candidate = {...candidate, maintenance: halved(candidate.maintenance)};
		} else if (candidate.message.length > 100) {
			candidate = {...candidate, message: `${candidate.message.slice(0, Math.floor(candidate.message.length / 2))} …`};
		} else {
			return JSON.stringify({...candidate, message: '', skipped: []});
		}
	}
}

/** Half of every list of what care did; policies under review last, because without their name they can not come in force. */
function halved({forget, check, retained, ...rest}: MaintenanceFacts): MaintenanceFacts {
	const half = <Item>(list: readonly Item[]): Item[] => list.slice(0, Math.floor(list.length / 2));
	const examples = forget && forget.removedExamples.length + forget.reviewExamples.length > 0;
	return {
		...rest,
		...(forget && {forget: {...forget, removedExamples: half(forget.removedExamples), reviewExamples: half(forget.reviewExamples), review: examples ? forget.review : half(forget.review)}}),
		...(check && {check: {...check, findings: half(check.findings)}}),
		...(retained && {retained: half(retained)}),
	};
}

const longestList = ({forget, check, retained}: MaintenanceFacts): number =>
	Math.max(0, ...[forget?.removedExamples, forget?.reviewExamples, forget?.review, check?.findings, retained].map(list => list?.length ?? 0));
